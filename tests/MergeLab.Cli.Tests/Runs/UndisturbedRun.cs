namespace MergeLab.Cli.Tests.Runs;

/// <summary>One run that nothing disturbs, which the other tests start from or compare with. Made when it is first asked for.</summary>
public sealed class UndisturbedRun : IDisposable
{
    readonly Lazy<(RunSandbox Sandbox, RunEvents Events, SortedDictionary<string, string> Bytes)> made = new(Make);

    public RunEvents Events => made.Value.Events;

    public SortedDictionary<string, string> Bytes => made.Value.Bytes;

    /// <summary>A sandbox in which this run has just ended.</summary>
    public RunSandbox Continue()
    {
        var sandbox = new RunSandbox();
        sandbox.Adopt(made.Value.Sandbox);
        return sandbox;
    }

    public void Dispose()
    {
        if (made.IsValueCreated) made.Value.Sandbox.Dispose();
    }

    static (RunSandbox, RunEvents, SortedDictionary<string, string>) Make()
    {
        var sandbox = new RunSandbox();
        var events = sandbox.Run();
        return (sandbox, events, sandbox.Bytes());
    }
}

/// <summary>Tests of whole runs go one after another: each uses the whole machine.</summary>
[CollectionDefinition(Name)]
public sealed class Runs : ICollectionFixture<UndisturbedRun>
{
    public const string Name = "whole runs";
}
