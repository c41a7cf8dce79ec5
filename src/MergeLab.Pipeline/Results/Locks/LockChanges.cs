using System.Globalization;
using System.Text.Json.Nodes;

namespace MergeLab.Results.Locks;

/// <summary>Why a stage's key moved, in words a person reads beside a changed cell.</summary>
public static class LockChanges
{
    /// <summary>The leaves in which the stage with one key differs from the stage of the same id in another lock; empty where either is unknown or nothing moved.</summary>
    public static IReadOnlyList<string> Of(PipelineLock? left, PipelineLock? right, string rightKey)
    {
        if (left is null || right is null) return [];
        foreach (var (id, now) in right.Stages)
            if (now.Key == rightKey) return left.Stages.TryGetValue(id, out var before) ? Between(before, now) : [];
        return [];
    }

    public static IReadOnlyList<string> Between(LockedStage before, LockedStage now)
    {
        var (old, current) = (Leaves(before), Leaves(now));
        return [.. old.Keys.Union(current.Keys).Order(StringComparer.Ordinal)
            .Where(leaf => old.GetValueOrDefault(leaf) != current.GetValueOrDefault(leaf))
            .Select(leaf => $"{leaf}: {Short(old.GetValueOrDefault(leaf))} → {Short(current.GetValueOrDefault(leaf))}")];
    }

    static Dictionary<string, string> Leaves(LockedStage stage)
    {
        var leaves = new Dictionary<string, string> { ["code version"] = stage.CodeVersion.ToString(CultureInfo.InvariantCulture) };
        if (stage.Runtime is not null) leaves["runtime"] = stage.Runtime;
        foreach (var (role, digest) in stage.Inputs) leaves[$"input {role}"] = digest;
        Add(leaves, "parameter", stage.Parameters);
        return leaves;
    }

    static void Add(Dictionary<string, string> leaves, string path, JsonNode? node)
    {
        if (node is not JsonObject map)
        {
            leaves[path] = node?.ToJsonString() ?? "null";
            return;
        }
        foreach (var (key, value) in map) Add(leaves, path == "parameter" ? $"parameter {key}" : $"{path}.{key}", value);
    }

    static string Short(string? text) => text switch { null => "none", { Length: > 40 } => $"{text[..16]}…", _ => text };
}
