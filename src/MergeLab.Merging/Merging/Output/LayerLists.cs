using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Output;

/// <summary>
/// Counts and lists of layers in a config. A list with one entry for each layer (<c>layer_types</c> of Qwen) takes each entry from the layer's
/// origin; a list of layer numbers (<c>mlp_only_layers</c>) is renumbered.
/// </summary>
static class LayerLists
{
    static readonly string[] OneEach =
    [
        "layer_types", "mlp_layer_types", "layers_block_type", "block_types", "block_configs", "attention_layers", "no_rope_layers", "layer_type_list", "layer_norm_types",
    ];

    static readonly string[] Numbers = ["mlp_only_layers", "moe_layers", "full_attn_idxs", "full_attention_layers", "global_attn_layers", "attn_layer_indices", "cross_attention_layers"];

    /// <param name="file">The donor's config, for messages.</param>
    /// <param name="config">What is changed.</param>
    /// <param name="key">The count, with the sections it lies in before it and points between.</param>
    /// <param name="origins">The layers of the result.</param>
    public static void Follow(string file, JsonObject config, string key, IReadOnlyList<ConfigLayer> origins)
    {
        var path = key.Split('.');
        var part = Part(config, path) ?? throw new ProblemException($"the config has no {key}", new Place(file), "the merge changes the number of layers");
        var before = (part[path[^1]] as JsonValue)?.TryGetValue(out int count) == true ? count : -1;
        part[path[^1]] = origins.Count;
        var configs = origins.Select(o => o.ConfigFile).Distinct(StringComparer.Ordinal).ToDictionary(f => f, f => Part(MergedConfig.Read(f), path), StringComparer.Ordinal);
        foreach (var name in part.Where(p => p.Value is JsonArray).Select(p => p.Key).ToList())
        {
            var list = (JsonArray)part[name]!;
            if (Numbers.Contains(name)) part[name] = Renumbered(name, origins, configs);
            else if (list.Count != before || !IsOfLayers(name)) continue;
            else if (OneEach.Contains(name)) part[name] = Gathered(file, name, origins, configs);
            else if (origins.Count != before)
                throw new ProblemException($"the config lists {name} for each layer", new Place(file),
                    string.Create(CultureInfo.InvariantCulture, $"it has {before} entries, the result {origins.Count} layers, and how it follows them is not known"), "merge whole models, or remove the list");
        }
    }

    static bool IsOfLayers(string name) => name.Contains("layer", StringComparison.Ordinal) || name.Contains("block", StringComparison.Ordinal);

    static JsonObject? Part(JsonObject config, string[] path) =>
        path[..^1].Aggregate<string, JsonObject?>(config, (part, name) => part?[name] as JsonObject) is { } found && found.ContainsKey(path[^1]) ? found : null;

    static JsonArray Gathered(string file, string name, IReadOnlyList<ConfigLayer> origins, Dictionary<string, JsonObject?> configs)
    {
        var entries = new JsonArray();
        foreach (var (config, layer) in origins)
        {
            if (configs[config]?[name] is not JsonArray list || layer >= list.Count)
                throw new ProblemException($"{name} lacks an entry for a layer of the result", new Place(config), string.Create(CultureInfo.InvariantCulture, $"layer {layer} is used; {file} lists it for each layer"));
            entries.Add(list[layer]?.DeepClone());
        }
        return entries;
    }

    static JsonArray Renumbered(string name, IReadOnlyList<ConfigLayer> origins, Dictionary<string, JsonObject?> configs)
    {
        var listed = configs.ToDictionary(c => c.Key, c => (c.Value?[name] as JsonArray)?.Select(n => n is JsonValue v && v.TryGetValue(out int i) ? i : -1).ToHashSet() ?? [], StringComparer.Ordinal);
        return new JsonArray([.. Enumerable.Range(0, origins.Count).Where(i => listed[origins[i].ConfigFile].Contains(origins[i].Layer)).Select(i => (JsonNode)i)]);
    }
}
