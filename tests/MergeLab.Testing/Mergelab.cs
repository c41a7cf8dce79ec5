using System.Diagnostics;

namespace MergeLab.Testing;

/// <summary>Runs the built program as a user would.</summary>
public static class Mergelab
{
    public static string Program { get; } = Path.Combine(Repository.Root, "artifacts", "mergelab", OperatingSystem.IsWindows() ? "mergelab.exe" : "mergelab");

    public sealed record Outcome(int Exit, string Out, string Error);

    public static Outcome Run(params string[] arguments) => RunIn(Repository.Root, null, arguments);

    /// <param name="folder">Working folder of the run.</param>
    /// <param name="environment">Variables to set, or with null to remove.</param>
    /// <param name="arguments">The command line after the program's name.</param>
    public static Outcome RunIn(string folder, IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        using var process = Start(folder, environment, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"mergelab {string.Join(' ', arguments)} did not end in five minutes");
        }
        return new Outcome(process.ExitCode, output, error.Result);
    }

    public static Process Start(string folder, IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"could not start {Program}");
    }
}
