using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Merging.Methods;

namespace MergeLab.Experiments;

/// <summary>Unfolds the lists among the parameters of merges.</summary>
public static class MergeGrid
{
    /// <summary>Stages of one experiment; beyond that a list has surely been multiplied by mistake.</summary>
    public const int MostStages = 100_000;

    const string Compat = "compat";

    /// <summary>Every merge's variants in file order, the last parameter's values running fastest.</summary>
    /// <exception cref="ProblemException">Two merges are the same, or there are too many.</exception>
    public static IReadOnlyList<MergeVariant> Expand(Experiment experiment)
    {
        CheckSize(experiment);
        var points = experiment.Merges.SelectMany(entry => Points(entry).Select(settings => (Entry: entry, Settings: settings))).ToList();
        var shown = points.GroupBy(p => p.Entry.Method).ToDictionary(g => g.Key, g => Shown([.. g]));
        var variants = points.Select(p => new MergeVariant(p.Entry, p.Settings, Varied(p.Entry, p.Settings, shown[p.Entry.Method]))).ToList();
        RefuseTwins(variants);
        return variants;
    }

    static void CheckSize(Experiment experiment)
    {
        var total = 0L;
        var tasks = 1 + experiment.Tasks.Count;
        foreach (var entry in experiment.Merges)
        {
            long stages = (long)entry.Sets.Count * tasks;
            foreach (var axis in entry.Parameters.Select(p => p.Value).OfType<JsonArray>()) stages = Math.Min(stages * axis.Count, MostStages + 1);
            total += stages;
            if (total > MostStages)
                throw new ProblemException($"the grid has more than {MostStages} stages", entry.Place, "sets, lists of parameters and tasks multiply", "shorten a list, or split the experiment");
        }
    }

    static IEnumerable<JsonObject> Points(MergeEntry entry)
    {
        IEnumerable<JsonObject> points = [[]];
        foreach (var parameter in MethodTable.Find(entry.Method)!.Parameters)
        {
            JsonNode?[] values = entry.Parameters[parameter.Name] switch
            {
                JsonArray axis => [.. axis],
                { } one => [one],
                null => [parameter.PerModel ? null : Default(parameter, entry.Compat)],
            };
            points = points.SelectMany(point => values, (point, value) => With(point, parameter.Name, value));
        }
        return points;
    }

    internal static JsonNode? Default(MethodParameter parameter, string? compat) => parameter.DefaultWith(compat) is not { } text ? null
        : parameter.Words is not null ? JsonValue.Create(text)
        : parameter.Flag ? JsonValue.Create(bool.Parse(text))
        : JsonValue.Create(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));

    static JsonObject With(JsonObject point, string name, JsonNode? value)
    {
        var copy = point.DeepClone().AsObject();
        if (value is not null) copy[name] = value.DeepClone();
        return copy;
    }

    /// <summary>The parameters of one method that its ids show: those somebody sets and that are an axis or differ.</summary>
    static SortedSet<string> Shown(IReadOnlyList<(MergeEntry Entry, JsonObject Settings)> points)
    {
        var shown = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in points.SelectMany(p => p.Entry.Parameters).Select(p => p.Key).Distinct())
            if (points.Any(p => p.Entry.Parameters[name] is JsonArray) || Differ(p => p.Settings[name]?.ToJsonString())) shown.Add(name);
        if (Differ(p => p.Entry.Compat)) shown.Add(Compat);
        return shown;

        bool Differ(Func<(MergeEntry Entry, JsonObject Settings), string?> value) => points.Select(value).Distinct().Skip(1).Any();
    }

    static JsonObject Varied(MergeEntry entry, JsonObject settings, SortedSet<string> shown)
    {
        var varied = new JsonObject();
        foreach (var name in shown)
            if ((name == Compat ? entry.Compat : settings[name]?.DeepClone()) is { } value) varied[name] = value;
        return varied;
    }

    static void RefuseTwins(IReadOnlyList<MergeVariant> variants)
    {
        var seen = new Dictionary<(string, string), Place>();
        foreach (var variant in variants)
            foreach (var set in variant.Entry.Sets)
                if (!seen.TryAdd((variant.Segments, set), variant.Entry.Place))
                    throw new ProblemException($"the merge {variant.Segments} of set '{set}' is listed twice", variant.Entry.Place,
                        $"it stands already in line {seen[(variant.Segments, set)].Line}", "remove one of the two");
    }
}
