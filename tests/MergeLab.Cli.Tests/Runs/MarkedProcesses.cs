using System.Diagnostics;

namespace MergeLab.Cli.Tests.Runs;

/// <summary>Processes that a test started, directly or through others, found by a variable that children inherit.</summary>
sealed class MarkedProcesses
{
    const string Variable = "MERGELAB_TEST_MARK";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly string mark = Guid.NewGuid().ToString("N");

    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?> { [Variable] = mark };

    /// <summary>Ids of those that live.</summary>
    public IReadOnlyList<int> Living()
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "environ")).Contains($"{Variable}={mark}", StringComparison.Ordinal)) found.Add(id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile, or somebody else's.
            }
        }
        return found;
    }

    /// <summary>Waits for the end of all, and ends what does not end.</summary>
    public void ExpectNone()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; Thread.Sleep(100))
            if (Living().Count == 0) return;
        var left = Living();
        foreach (var id in left) Signal("KILL", id);
        Assert.Empty(left);
    }

    public static void Signal(string name, int process)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{name}", $"{process}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    /// <summary>Reads lines until one contains a text; throws where none does.</summary>
    public static void WaitFor(StreamReader lines, string text)
    {
        while (lines.ReadLine() is { } line)
            if (line.Contains(text, StringComparison.Ordinal)) return;
        Assert.Fail($"the run ended before it told '{text}'");
    }
}
