using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Output;

/// <summary>Writes configs of merged models: the donor's, every key in its place, with what the merge changed.</summary>
public static class MergedConfig
{
    static readonly JsonSerializerOptions Form = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="donor">A <c>config.json</c>.</param>
    /// <param name="changes">What is other in the result.</param>
    /// <exception cref="Core.Errors.ProblemException">The file is no config, or lists something for each layer that cannot follow the slices.</exception>
    public static string Write(string donor, ConfigChanges changes)
    {
        var config = Read(donor);
        if (changes.DType is { } type) StateType(config, type.TorchName()!);
        if (changes.Architecture is { } architecture) config["architectures"] = new JsonArray(architecture);
        if (changes.VocabSize is { } rows) Holder(config, "vocab_size")["vocab_size"] = rows;
        foreach (var (key, origins) in changes.Layers) LayerLists.Follow(donor, config, key, origins);
        if (changes.Untie) Untie(config);
        MoveTokenIds(config, changes.TokenIds);
        return config.ToJsonString(Form) + "\n";
    }

    /// <summary>A <c>generation_config.json</c> with the tokens it names under their new ids.</summary>
    public static string WriteGeneration(string donor, IReadOnlyDictionary<int, int?> tokenIds)
    {
        var config = Read(donor);
        MoveTokenIds(config, tokenIds);
        return config.ToJsonString(Form) + "\n";
    }

    /// <summary>Within the limits of untrusted files, and an object.</summary>
    internal static JsonObject Read(string file)
    {
        _ = ModelConfig.Read(file);
        return JsonNode.Parse(File.ReadAllBytes(file), documentOptions: new JsonDocumentOptions { MaxDepth = 64 })!.AsObject();
    }

    /// <summary>Transformers reads <c>dtype</c>, before version 5 <c>torch_dtype</c>; either where the other is missing.</summary>
    static void StateType(JsonObject config, string type)
    {
        foreach (var part in Sections(config).Append(config))
            foreach (var key in new[] { "dtype", "torch_dtype" })
                if (part.ContainsKey(key)) part[key] = type;
        if (!config.ContainsKey("dtype") && !config.ContainsKey("torch_dtype")) config["dtype"] = type;
    }

    static void Untie(JsonObject config)
    {
        foreach (var part in Sections(config))
            if (part.ContainsKey("tie_word_embeddings")) part["tie_word_embeddings"] = false;
        config["tie_word_embeddings"] = false;
    }

    static void MoveTokenIds(JsonObject config, IReadOnlyDictionary<int, int?> ids)
    {
        if (ids.Count == 0) return;
        foreach (var key in config.Select(p => p.Key).Where(k => k.EndsWith("_token_id", StringComparison.Ordinal)).ToList())
        {
            config[key] = config[key] switch
            {
                JsonArray list => new JsonArray([.. list.Select(Moved).Where(m => m is not null)]),
                var value => Moved(value),
            };
        }

        JsonNode? Moved(JsonNode? value) => value is JsonValue number && number.TryGetValue(out int id) && ids.TryGetValue(id, out var moved) ? moved : value?.DeepClone();
    }

    /// <summary>Models of several parts keep the settings of each in an object of its own.</summary>
    static IEnumerable<JsonObject> Sections(JsonObject config) =>
        config.Where(p => p.Key.EndsWith("_config", StringComparison.Ordinal) && p.Key != "quantization_config").Select(p => p.Value).OfType<JsonObject>();

    static JsonObject Holder(JsonObject config, string key) =>
        !config.ContainsKey(key) && config["text_config"] is JsonObject text && text.ContainsKey(key) ? text : config;
}
