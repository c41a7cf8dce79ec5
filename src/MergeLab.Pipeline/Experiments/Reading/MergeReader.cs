using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Methods;

namespace MergeLab.Experiments.Reading;

/// <summary>One entry of <c>merges</c>.</summary>
static class MergeReader
{
    public static MergeEntry Read(YamlNode node, IReadOnlyDictionary<string, AdapterList> sets, Known knownSets)
    {
        var method = MethodTable.Find(node.Need("method").Text())!;
        string[] names = [.. node.Need("sets").Items().Select(knownSets.Name)];
        var compat = node.TextOf("compat");
        return new MergeEntry(method.Name, names, ReadParameters(node.Get("parameters"), method, compat, [.. names.Select(n => sets[n])]), compat, node.Place)
        {
            Name = node.TextOf("name"),
        };
    }

    static JsonObject ReadParameters(YamlNode? node, Method method, string? compat, IReadOnlyList<AdapterList> sets)
    {
        var parameters = new JsonObject();
        foreach (var entry in node.Entries())
        {
            if (node!.Get(entry.Key) is not { } value) continue;
            var parameter = method.Parameters.First(p => p.Name == entry.Key);
            if (parameter.OnlyWith is { } mode && mode != compat)
                throw new ProblemException($"'{entry.Key}' has no use here", entry.KeyPlace, $"only 'compat: {mode}' reads it", $"remove it, or add 'compat: {mode}'");
            if (parameter.PerModel) CheckModels(entry, sets);
            parameters[entry.Key] = value.Json();
        }
        return parameters;
    }

    static void CheckModels(YamlEntry entry, IReadOnlyList<AdapterList> sets)
    {
        var models = new Known("model", sets.SelectMany(s => s.Members).ToHashSet(StringComparer.Ordinal));
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var model in entry.Value.Entries()) values[models.Name(model.Key, model.KeyPlace)] = model.Value.Number();
        if (sets.FirstOrDefault(s => s.Members.All(m => values.GetValueOrDefault(m, 1) == 0)) is { } nothing)
            throw new ProblemException($"every model of set '{nothing.Name}' has {entry.Key} 0", entry.Value.Place, remedy: $"give at least one a {entry.Key} above 0");
    }
}
