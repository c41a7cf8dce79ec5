using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>What a target is given. Nothing of Cake's is in it, so a test can run a target's parts.</summary>
public sealed class Invocation(string root, string from, Arguments arguments, Children children)
{
    /// <summary>The repository.</summary>
    public string Root => root;

    public Arguments Arguments => arguments;

    public Children Children => children;

    public TestTally Tests { get; } = new();

    public string At(params string[] parts) => Path.Combine([root, .. parts]);

    /// <summary>Starts a program and turns any failure of it into a failed check.</summary>
    public ExitCode Start(string program, params IEnumerable<string> arguments) =>
        children.Run(program, arguments) == 0 ? ExitCode.Done : ExitCode.CheckFailed;

    /// <summary>Where the built program lies.</summary>
    public string Program => At("artifacts", "mergelab", OperatingSystem.IsWindows() ? "mergelab.exe" : "mergelab");

    /// <summary>Starts the program; its exit code means the same as ours.</summary>
    public ExitCode Mergelab(IEnumerable<string> arguments) => (ExitCode)children.Run(Program, arguments);

    /// <summary>Those of a target's flags that were given, as a program takes them: <c>--name value</c>.</summary>
    public IEnumerable<string> Given(IEnumerable<Flag> flags)
    {
        foreach (var flag in flags)
        {
            if (flag.Value is null && Arguments.IsOn(flag.Name)) yield return $"--{flag.Name}";
            if (flag.Value is null || Arguments.Last(flag.Name) is not { } value) continue;
            yield return $"--{flag.Name}";
            yield return flag.IsPath ? FromUser(value) : value;
        }
    }

    /// <summary>build.sh changes to the repository, so a relative path is taken from where the user stood before.</summary>
    public string FromUser(string path) => Path.GetFullPath(path, from);

    public static void Say(string line) => Console.Out.WriteLine(line);
}
