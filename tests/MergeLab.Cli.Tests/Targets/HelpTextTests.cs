using MergeLab.Build;

namespace MergeLab.Cli.Tests.Targets;

public class HelpTextTests
{
    /// <summary>build.sh prints the file, as it may run where nothing is built yet; the table of targets is the truth.</summary>
    [Fact]
    public void The_help_that_build_sh_prints_is_that_of_the_targets()
    {
        var (kept, received) = (Path.Combine(Repository.Root, "build", "help.txt"), Path.Combine(Repository.Root, "build", "help.received.txt"));
        var text = HelpText.Of(TargetTable.All);
        var same = text == File.ReadAllText(kept);
        if (same) File.Delete(received);
        else File.WriteAllText(received, text);
        Assert.True(same, "the targets changed; to accept: mv build/help.received.txt build/help.txt");
    }
}
