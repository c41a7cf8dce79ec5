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
        var parameters = ReadParameters(node.Get("parameters"), method, compat, [.. names.Select(n => sets[n])]);
        RequireAll(parameters, method, compat, node.Place);
        return new MergeEntry(method.Name, names, parameters, compat, node.Place)
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
            if (parameter.PerModel && entry.Value is YamlMap) CheckModels(entry, parameter, sets);
            parameters[entry.Key] = value.Json();
        }
        return parameters;
    }

    static void RequireAll(JsonObject given, Method method, string? compat, Place place)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Optional || parameter.DefaultWith(compat) is not null || given.ContainsKey(parameter.Name) || (parameter.OnlyWith is { } mode && mode != compat)) continue;
            throw new ProblemException($"{method.Name} needs the parameter '{parameter.Name}'", place, parameter.Meaning, $"write parameters: {{ {parameter.Name}: … }}");
        }
    }

    static void CheckModels(YamlEntry entry, MethodParameter parameter, IReadOnlyList<AdapterList> sets)
    {
        var models = new Known("model", sets.SelectMany(s => s.Members).ToHashSet(StringComparer.Ordinal));
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var model in entry.Value.Entries()) values[models.Name(model.Key, model.KeyPlace)] = model.Value.Number();
        if (parameter.Default is null && !parameter.Optional && sets.SelectMany(s => s.Members).FirstOrDefault(m => !values.ContainsKey(m)) is { } missing)
            throw new ProblemException($"model '{missing}' has no {entry.Key}", entry.Value.Place, "it has no default", $"give every model of the sets a {entry.Key}, or one value for all");
        if (entry.Key == "weight" && sets.FirstOrDefault(s => s.Members.All(m => values.GetValueOrDefault(m, 1) == 0)) is { } nothing)
            throw new ProblemException($"every model of set '{nothing.Name}' has {entry.Key} 0", entry.Value.Place, remedy: $"give at least one a {entry.Key} above 0");
    }
}
