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
        var exit = invocation.Mergelab(["zoo", "train", "all", .. common]);
        if (exit == ExitCode.Done) exit = invocation.Mergelab(["zoo", "card", .. common]);
        if (exit == ExitCode.Done && invocation.Arguments.IsOn(AcceptFlag.Name)) exit = invocation.Mergelab(["zoo", "accept", "--out", invocation.At("artifacts", "zoo")]);
        return exit;
    }

    public static ExitCode Verify(Invocation invocation) => invocation.Mergelab(["verify", invocation.At("experiments", "zoo")]);
}
