using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>Sorts the tensors of an adapter file into modules and checks them against the config and each other.</summary>
static class AdapterContents
{
    const string Prefix = "base_model.model.";
    const string BaseLayer = ".base_layer.";
    const int MostListed = 8;

    /// <summary>Suffixes of tensor names, longest first where one ends another.</summary>
    static readonly (string Suffix, Part Part)[] Parts =
    [
        (".lora_A.weight", Part.A),
        (".lora_B.weight", Part.B),
        (".lora_B.bias", Part.Bias),
        (".lora_embedding_A", Part.EmbeddingA),
        (".lora_embedding_B", Part.EmbeddingB),
        (".lora_magnitude_vector", Part.Magnitude),
        (".lora_magnitude_vector.weight", Part.Magnitude),
        (".ia3_l", Part.Ia3),
        (".token_adapter.trainable_tokens_delta", Part.Rows),
    ];

    enum Part
    {
        A,
        B,
        Bias,
        EmbeddingA,
        EmbeddingB,
        Magnitude,
        Ia3,
        Rows,
    }

    public static PeftAdapter Read(string folder, AdapterConfig config, SafetensorsFile weights)
    {
        var modules = new SortedDictionary<string, Dictionary<Part, TensorInfo>>(StringComparer.Ordinal);
        var replaced = new SortedDictionary<string, ReplacedTensor>(StringComparer.Ordinal);
        RefuseOtherNames(weights);
        foreach (var tensor in weights.Tensors)
        {
            if (!tensor.DType.IsFloat()) throw Bad(tensor, $"adapter tensors of type {tensor.DType.Name()} are not read", "floating-point types are");
            if (FirstNonFinite.In(weights, tensor) is { } at)
                throw Bad(tensor, "the adapter holds a value that is not a number", $"element {at} is NaN or infinite", "it is broken: train or fetch it again");
            var name = tensor.Name[Prefix.Length..];
            if (PartOf(name) is not { } part) AddReplaced(replaced, name.Replace(BaseLayer, ".", StringComparison.Ordinal), tensor);
            else
            {
                var path = name[..^part.Suffix.Length];
                if (!modules.TryGetValue(path, out var parts)) modules.Add(path, parts = []);
                if (!parts.TryAdd(part.Part, tensor)) throw Bad(tensor, "the module has this tensor twice under two names");
            }
        }
        var lora = new List<LoraModule>();
        var ia3 = new List<Ia3Module>();
        var rows = new List<ReplacedRows>();
        foreach (var (path, parts) in modules)
        {
            if (parts.Remove(Part.Rows, out var values)) rows.Add(ReadRows(config, path, values));
            if (parts.Count == 0) continue;
            CheckTargeted(config, path, parts.Values.First());
            if (config.Kind == AdapterKind.Ia3) ia3.Add(ReadIa3(config, path, parts));
            else lora.Add(ReadLora(config, weights, path, parts));
        }
        if (lora.Count + ia3.Count + rows.Count == 0)
            throw new ProblemException("the adapter adapts nothing", new Place(weights.Path), $"no tensor in it is named {Prefix}…{(config.Kind == AdapterKind.Ia3 ? ".ia3_l" : ".lora_A.weight")}", "it was saved wrongly: save or fetch it again");
        return new PeftAdapter(folder, config, weights) { Lora = lora, Ia3 = ia3, Rows = rows, Replaced = [.. replaced.Values] };
    }

    /// <summary>PEFT passes over tensors without its prefix in silence and merges nothing.</summary>
    static void RefuseOtherNames(SafetensorsFile weights)
    {
        var odd = weights.Tensors.Where(t => !t.Name.StartsWith(Prefix, StringComparison.Ordinal)).Select(t => t.Name).ToList();
        if (odd.Count > 0)
            throw new ProblemException($"{odd.Count} of {weights.Tensors.Count} tensors do not bear the names of an adapter", new Place(weights.Path, Tensor: odd[0]),
                $"PEFT's names begin with {Prefix}; these do not: {string.Join(", ", odd.Take(MostListed))}{(odd.Count > MostListed ? ", …" : "")}", $"rename them to {Prefix}…");
    }

    static (string Suffix, Part Part)? PartOf(string name)
    {
        foreach (var part in Parts)
            if (name.EndsWith(part.Suffix, StringComparison.Ordinal)) return part;
        return null;
    }

    static void AddReplaced(SortedDictionary<string, ReplacedTensor> replaced, string name, TensorInfo tensor)
    {
        if (!replaced.TryAdd(name, new ReplacedTensor(name, tensor))) throw Bad(tensor, $"the adapter holds two values for {name}");
    }

    static void CheckTargeted(AdapterConfig config, string path, TensorInfo tensor)
    {
        if (!config.Targets(path))
            throw Bad(tensor, $"the adapter has tensors for a module that its config does not target: {path}", $"target_modules and its companions in {config.File} leave it out; PEFT would ignore the tensors", "correct target_modules, or remove the tensors");
    }

    static LoraModule ReadLora(AdapterConfig config, SafetensorsFile weights, string path, Dictionary<Part, TensorInfo> parts)
    {
        var any = parts.Values.First();
        if (parts.TryGetValue(Part.Ia3, out var stray)) throw Bad(stray, "a LoRA adapter with an IA3 vector");
        var embedding = parts.ContainsKey(Part.EmbeddingA) || parts.ContainsKey(Part.EmbeddingB);
        if (embedding && (parts.ContainsKey(Part.A) || parts.ContainsKey(Part.B))) throw Bad(any, $"{path} has factors of a linear layer and of an embedding");
        if (!parts.TryGetValue(embedding ? Part.EmbeddingA : Part.A, out var a)) throw Missing(any, path, "A", "PEFT would fill it with random values");
        if (!parts.TryGetValue(embedding ? Part.EmbeddingB : Part.B, out var b)) throw Missing(any, path, "B", "PEFT would drop the module's adapter");
        CheckShapes(config, path, embedding, a, b);
        var magnitude = Optional(config.Dora, "use_dora", Part.Magnitude, "DoRA magnitude", path, parts, any);
        var bias = Optional(config.LoraBias, "lora_bias", Part.Bias, "lora_B.bias", path, parts, any);
        var form = embedding ? LoraForm.Embedding : a.Shape.Count > 2 ? LoraForm.Convolution : LoraForm.Linear;
        var module = new LoraModule(weights, path, form, a, b) { Alpha = config.AlphaOf(path), Scale = config.ScaleOf(path), Magnitude = magnitude, Bias = bias };
        foreach (var vector in new[] { magnitude, bias })
        {
            if (vector is not null && vector.Count != module.Outputs)
                throw Bad(vector, $"it has {vector.Count} values", $"the module has {module.Outputs} outputs");
        }
        return module;
    }

    static void CheckShapes(AdapterConfig config, string path, bool embedding, TensorInfo a, TensorInfo b)
    {
        var good = a.Shape.Count == b.Shape.Count && a.Shape.Count >= 2 && (!embedding || a.Shape.Count == 2) && a.Count > 0 && b.Count > 0
            && a.Shape[0] == b.Shape[1] && b.Shape.Skip(2).All(d => d == 1);
        if (!good) throw Bad(b, "the shapes of the factors do not fit together", $"A is {a.ShapeText}, B is {b.ShapeText}; they must be (r, inputs) and (outputs, r)");
        var rank = config.RankOf(path);
        if (a.Shape[0] != rank)
            throw Bad(a, $"the factors have rank {a.Shape[0]}, the config says {rank}", $"r and rank_pattern in {config.File}; the first matching key of the file counts", "correct r or rank_pattern: the scale depends on it");
    }

    static TensorInfo? Optional(bool wanted, string key, Part part, string what, string path, Dictionary<Part, TensorInfo> parts, TensorInfo any)
    {
        var there = parts.TryGetValue(part, out var tensor);
        if (wanted && !there) throw Missing(any, path, what, $"{key} is set");
        if (!wanted && there) throw Bad(tensor!, $"the adapter holds a {what}, but {key} is not set", "PEFT would ignore it");
        return tensor;
    }

    static Ia3Module ReadIa3(AdapterConfig config, string path, Dictionary<Part, TensorInfo> parts)
    {
        var stray = parts.FirstOrDefault(p => p.Key != Part.Ia3).Value;
        if (stray is not null) throw Bad(stray, "an IA3 adapter with a tensor of LoRA");
        var scales = parts[Part.Ia3];
        var feedForward = config.IsFeedForward(path);
        // One axis carries the values: of a matrix the first for outputs and the second for inputs, of a convolution always the second.
        var axis = feedForward || scales.Shape.Count > 2 ? 1 : 0;
        if (scales.Shape.Count < 2 || scales.Shape.Where((d, i) => i != axis && d != 1).Any())
            throw Bad(scales, $"the vector has shape {scales.ShapeText}", $"{path} is {(feedForward ? "" : "not ")}a feed-forward module by the config: it must be {(feedForward ? "(1, inputs)" : "(outputs, 1)")}");
        return new Ia3Module(path, scales, feedForward);
    }

    static ReplacedRows ReadRows(AdapterConfig config, string path, TensorInfo values)
    {
        var (_, rows) = config.TokenRows.FirstOrDefault(t => path == t.Module || path.EndsWith('.' + t.Module, StringComparison.Ordinal));
        if (rows is null) throw Bad(values, "the adapter holds retrained rows, but trainable_token_indices does not name their module");
        if (values.Shape.Count != 2 || values.Shape[0] != rows.Count) throw Bad(values, $"{values.ShapeText} retrained rows", $"trainable_token_indices names {rows.Count}");
        if (rows.Distinct().Count() != rows.Count) throw Bad(values, "trainable_token_indices names a row twice");
        return new ReplacedRows(path, rows, values);
    }

    static ProblemException Missing(TensorInfo any, string path, string what, string why) =>
        Bad(any, $"the adapter of {path} lacks its {what}", why, "the file is incomplete: save or fetch it again");

    static ProblemException Bad(TensorInfo tensor, string what, string? why = null, string? remedy = null) => new(what, tensor.Place, why, remedy);
}
