namespace MergeLab.Merging.Planning;

/// <summary>What tensor names tell about tensors outside the layers. Names are the shared ones.</summary>
static class TensorRoles
{
    static readonly string[] Embeddings =
        ["embed_tokens.weight", "wte.weight", "word_embeddings.weight", "shared.weight", "embed_in.weight", "tok_embeddings.weight", "word_embedding.weight"];

    static readonly string[] Heads =
        ["lm_head.weight", "lm_head.bias", "lm_head.decoder.weight", "lm_head.decoder.bias", "predictions.decoder.weight", "predictions.decoder.bias", "predictions.bias", "embed_out.weight", "embed_out.bias"];

    /// <summary>Tensors that may be stored or left out, as they repeat another.</summary>
    static readonly string[] Repeats =
        ["lm_head.weight", "lm_head.decoder.weight", "predictions.decoder.weight", "embed_out.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];

    static readonly (string Repeat, string Of)[] RepeatedBiases = [("lm_head.decoder.bias", "lm_head.bias"), ("predictions.decoder.bias", "predictions.bias")];

    /// <summary>Constants that programs compute for themselves, stored by old versions only.</summary>
    static readonly string[] Constants =
        ["rotary_emb.inv_freq", "attn.masked_bias", "attn.bias", "attention.bias", "attention.masked_bias", "position_ids", "relative_position_index", "embeddings.token_type_ids"];

    static readonly string[] Beginnings = ["embed", "wte", "wpe", "shared", "cls_token", "mask_token", "patch", "position", "register_tokens", "conv_pre", "stem"];

    /// <summary>A row for each token of the vocabulary.</summary>
    public static bool IsVocabulary(string name) => EndsWith(name, Embeddings) || EndsWith(name, Heads);

    /// <summary>May be missing where another model has it.</summary>
    public static bool IsConstant(string name) => EndsWith(name, Constants);

    /// <summary>Stands before the layers, so that it belongs to the first slice; the others belong to the last.</summary>
    public static bool IsBefore(string name) =>
        !EndsWith(name, Heads) && name.Split('.').Any(part => Beginnings.Any(b => part.StartsWith(b, StringComparison.Ordinal)));

    /// <summary>The tensor that stands in for a missing one in a model that ties them; null where none does.</summary>
    public static string? Lender(string name, IReadOnlyCollection<string> names)
    {
        foreach (var (repeat, of) in RepeatedBiases)
            if (EndsWith(name, [repeat])) return names.FirstOrDefault(n => EndsWith(n, [of]));
        return EndsWith(name, Repeats) ? Embeddings.Select(e => names.FirstOrDefault(n => n != name && EndsWith(n, [e]))).FirstOrDefault(n => n is not null)
            : EndsWith(name, ["shared.weight"]) ? names.FirstOrDefault(n => EndsWith(n, ["encoder.embed_tokens.weight"])) : null;
    }

    static bool EndsWith(string name, ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
            if (name.EndsWith(ending, StringComparison.Ordinal) && (name.Length == ending.Length || name[name.Length - ending.Length - 1] == '.')) return true;
        return false;
    }
}
