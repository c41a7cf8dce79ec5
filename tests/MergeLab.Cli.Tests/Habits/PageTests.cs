using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MergeLab.Cli.Tests.Habits;

public partial class PageTests
{
    /// <summary>The page's commands are run in a folder that holds what they name, so that a run leaves nothing in the repository.</summary>
    [Fact]
    public async Task The_page_on_bringing_ones_own_runs_as_it_stands()
    {
        if (OperatingSystem.IsWindows()) return; // its commands are a Unix shell's
        using var scratch = new ScratchFolder();
        Directory.CreateSymbolicLink(scratch.File("experiments"), Path.Combine(Repository.Root, "experiments"));
        Directory.CreateDirectory(scratch.File("artifacts"));
        Directory.CreateSymbolicLink(scratch.File("artifacts", "mergelab"), Path.Combine(Repository.Root, "artifacts", "mergelab"));
        var page = SourceFiles.Read("docs/bring-your-own.md");
        var commands = string.Join('\n', Block().Matches(page).Select(m => m.Groups[1].Value));
        Assert.Contains("evaluate", commands, StringComparison.Ordinal);

        var start = new ProcessStartInfo("bash", ["-euc", commands]) { WorkingDirectory = scratch.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        using var shell = Process.Start(start)!;
        var error = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, await error);
        Assert.Contains("exact_match 0.0000 over 3 examples", output, StringComparison.Ordinal);
        Assert.Contains("\"value\":0.6666666666666666,", output, StringComparison.Ordinal);
        Assert.True(File.Exists(scratch.File("artifacts", "own", "answers.parquet")));
    }

    [GeneratedRegex(@"^```\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
