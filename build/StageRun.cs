using System.Text.Json;
using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>
/// One child <c>mergelab run</c> for all experiments and stages that were asked for. Cake walks its tasks one by one, and each only joins its stage;
/// what runs when, the child decides.
/// </summary>
sealed class StageRun(Invocation invocation, IReadOnlyList<string> asked, IReadOnlyList<string> experiments)
{
    readonly Dictionary<string, string> ended = new(StringComparer.Ordinal);
    readonly object gate = new();
    Task<int>? child;

    /// <summary>Waits for a stage.</summary>
    public ExitCode Join(string id)
    {
        Begin();
        lock (gate)
        {
            while (!ended.ContainsKey(id) && !child!.IsCompleted) Monitor.Wait(gate, TimeSpan.FromMilliseconds(200));
            if (!ended.TryGetValue(id, out var state)) return child!.Result is var exit && exit != 0 ? (ExitCode)exit : ExitCode.CheckFailed;
            Invocation.Say(state);
            return state.StartsWith("failed", StringComparison.Ordinal) || state.StartsWith("skipped", StringComparison.Ordinal) ? ExitCode.CheckFailed : ExitCode.Done;
        }
    }

    /// <summary>Waits for the child's end.</summary>
    public ExitCode JoinAll()
    {
        Begin();
        return (ExitCode)child!.GetAwaiter().GetResult();
    }

    void Begin()
    {
        lock (gate) child ??= Task.Run(Execute);
    }

    int Execute()
    {
        var named = experiments.Where(e => asked.Any(a => a == e || a.StartsWith(e + "/", StringComparison.Ordinal)));
        var stages = asked.Where(a => !experiments.Contains(a)).ToList();
        string[] only = stages.Count > 0 ? ["--only", string.Join(',', stages)] : [];
        try
        {
            return invocation.Children.Run(invocation.Program, ["run", "--json", "--experiment", string.Join(',', named), .. only, .. invocation.Given(ExperimentActs.ReproduceFlags.Where(f => f.Name != "experiment"))], Note);
        }
        finally
        {
            lock (gate) Monitor.PulseAll(gate);
        }
    }

    void Note(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        if (!root.TryGetProperty("stage", out var stage)) return;
        var state = root.GetProperty("event").GetString() switch
        {
            "stage_finished" => FormattableString.Invariant($"took {root.GetProperty("seconds").GetDouble():0.0} s"),
            "stage_cached" => "cached",
            "stage_failed" => $"failed: {root.GetProperty("problem").GetString()}",
            "stage_skipped" => $"skipped: needs {root.GetProperty("because").GetString()}",
            _ => null,
        };
        if (state is null) return;
        lock (gate)
        {
            ended[stage.GetString()!] = state;
            Monitor.PulseAll(gate);
        }
    }
}
