using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>The embedded models: trained from seeds, shipped, and checked.</summary>
static class ZooActs
{
    public static readonly Flag AcceptFlag = new("accept", "afterwards ship it: move artifacts/zoo into experiments/zoo");

    public static readonly Flag[] Passed = [new("threads", "adapters trained at once, each by one thread", "N"), new("quiet", "no progress")];

    /// <summary>Goes on where an earlier run was ended: what is trained already stays.</summary>
    public static ExitCode Train(Invocation invocation)
    {
        string[] common = ["--out", invocation.At("artifacts", "zoo"), .. invocation.Given(Passed)];
        var exit = Mergelab(invocation, ["zoo", "train", "all", .. common]);
        if (exit == ExitCode.Done) exit = Mergelab(invocation, ["zoo", "card", .. common]);
        if (exit == ExitCode.Done && invocation.Arguments.IsOn(AcceptFlag.Name)) exit = Mergelab(invocation, ["zoo", "accept", "--out", invocation.At("artifacts", "zoo")]);
        return exit;
    }

    public static ExitCode Verify(Invocation invocation) => Mergelab(invocation, ["verify", invocation.At("experiments", "zoo")]);

    static ExitCode Mergelab(Invocation invocation, IEnumerable<string> arguments) =>
        (ExitCode)invocation.Children.Run(invocation.At("artifacts", "mergelab", "mergelab"), arguments);
}
