using System.Diagnostics;
using System.Globalization;
using MergeLab.Build;

namespace MergeLab.Cli.Tests.Targets;

public class ProcessTreeTests
{
    const int SigTerm = 15;

    /// <summary>The shell ends at once on the signal and leaves its child to init: exactly the orphan an interrupted run must not leave.</summary>
    [Fact]
    public void A_child_whose_parent_ends_first_is_ended_too()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", "(trap '' TERM; exec sleep 300) & echo $!; wait"]) { RedirectStandardOutput = true })!;
        var child = int.Parse(shell.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Assert.True(Directory.Exists($"/proc/{child}"));

        new ProcessTree(shell).Stop(SigTerm, TimeSpan.FromSeconds(0.2));

        Assert.True(SpinWait.SpinUntil(() => !IsRunning(child), TimeSpan.FromSeconds(10)), "the child still runs");
    }

    /// <summary>A killed orphan may stay as a zombie until whoever adopted it asks for its exit code.</summary>
    static bool IsRunning(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
