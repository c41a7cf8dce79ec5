using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>Which fields of a stage's key differ from its last run's.</summary>
static class KeyDifference
{
    /// <param name="last">The last run.</param>
    /// <param name="node">The stage now.</param>
    /// <param name="codeVersion">Of its kind now.</param>
    /// <param name="runtime">The numeric runtime now, or null.</param>
    /// <param name="inputs">Digests now, by role; null for what is not known yet, which counts as unchanged.</param>
    public static List<PlanReason> Between(StageRecord last, StageNode node, int codeVersion, string? runtime, IReadOnlyDictionary<string, string?> inputs)
    {
        var reasons = new List<PlanReason>();
        Compare("kind", last.Kind, node.Kind);
        Compare("codeVersion", Whole(last.CodeVersion), Whole(codeVersion));
        Walk("parameters", last.Parameters, node.Parameters, reasons);
        foreach (var role in last.Inputs.Keys.Union(inputs.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var known = inputs.TryGetValue(role, out var now);
            if (known && now is null) continue;
            Compare($"inputs.{role}", last.Inputs.GetValueOrDefault(role), now, Source(node, role));
        }
        Compare("runtime", last.Runtime, runtime);
        return reasons;

        void Compare(string field, string? old, string? @new, string? source = null)
        {
            if (old != @new) reasons.Add(new(PlanCause.Changed, field, old, @new, source));
        }
    }

    static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string? Source(StageNode node, string role) => node.Files.GetValueOrDefault(role) ?? node.Needs.GetValueOrDefault(role)?.Id;

    /// <summary>Down to the members that differ; lists are compared whole.</summary>
    static void Walk(string field, JsonNode? old, JsonNode? @new, List<PlanReason> reasons)
    {
        if (old is JsonObject before && @new is JsonObject now)
        {
            foreach (var name in before.Select(m => m.Key).Union(now.Select(m => m.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var (had, has) = (before.TryGetPropertyValue(name, out var a), now.TryGetPropertyValue(name, out var b));
                if (had && has) Walk($"{field}.{name}", a, b, reasons);
                else reasons.Add(new(PlanCause.Changed, $"{field}.{name}", had ? CanonicalJson.Text(a) : null, has ? CanonicalJson.Text(b) : null));
            }
            return;
        }
        var (left, right) = (CanonicalJson.Text(old), CanonicalJson.Text(@new));
        if (left != right) reasons.Add(new(PlanCause.Changed, field, left, right));
    }
}
