using System.Text.Json;

namespace MergeLab.Cli.Tests.Runs;

/// <summary>What <c>run --json</c> told, a JSON document a line.</summary>
public sealed class RunEvents(string text)
{
    readonly List<JsonElement> events = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Ids of stages that ran, sorted.</summary>
    public string[] Ran => Stages("stage_finished");

    /// <summary>Ids of stages found in the cache, sorted.</summary>
    public string[] Cached => Stages("stage_cached");

    public string[] Failed => Stages("stage_failed");

    public string[] Warnings => [.. Of("warning").Select(e => e.GetProperty("message").GetString()!)];

    /// <summary>Number of stages of the run.</summary>
    public int Count => Of("run_started").Single().GetProperty("stages").GetInt32();

    /// <summary>Kind and key of each stage that ended well.</summary>
    public IReadOnlyDictionary<string, (string Kind, string Key)> Keys =>
        Of("stage_finished").Concat(Of("stage_cached")).ToDictionary(Id, e => (e.GetProperty("kind").GetString()!, e.GetProperty("key").GetString()!));

    public string Problem(string stage) => Of("stage_failed").Single(e => Id(e) == stage).GetProperty("problem").GetString()!;

    string[] Stages(string name) => [.. Of(name).Select(Id).Order(StringComparer.Ordinal)];

    IEnumerable<JsonElement> Of(string name) => events.Where(e => e.GetProperty("event").GetString() == name);

    static string Id(JsonElement happened) => happened.GetProperty("stage").GetString()!;
}
