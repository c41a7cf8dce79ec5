using MergeLab.Checkpoints;
using MergeLab.Models.Common;

namespace MergeLab.Models.T5;

/// <summary>Names, shapes and starting values of T5's tensors, as in published checkpoints and Mesh TensorFlow's initialisation.</summary>
static class T5Layout
{
    public const string Embedding = "shared.weight";
    public const string Head = "lm_head.weight";

    /// <summary>Other names under which the one table of embeddings is stored.</summary>
    static readonly string[] Aliases = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight", Head];

    /// <param name="config">Sizes.</param>
    /// <param name="embedding">Name of the table of embeddings.</param>
    /// <param name="untied">Whether the head has a matrix of its own.</param>
    public static IEnumerable<ParameterSpec> Specs(T5Config config, string embedding, bool untied)
    {
        var factor = config.InitialFactor;
        long width = config.Width;
        yield return new(embedding, [config.VocabularySize, width], 0, factor);
        if (untied) yield return new(Head, [config.VocabularySize, width], 0, factor);
        foreach (var (stack, layers) in new[] { ("encoder", config.EncoderLayers), ("decoder", config.DecoderLayers) })
        {
            for (var i = 0; i < layers; i++)
            {
                var block = $"{stack}.block.{i}.layer.";
                var parts = Attention(config, block + "0.SelfAttention").Concat(Norm(config, block + "0"));
                if (i == 0) parts = parts.Append(new($"{block}0.SelfAttention.relative_attention_bias.weight", [config.Buckets, config.Heads], 0, factor * Math.Pow(width, -0.5)));
                if (stack == "decoder") parts = parts.Concat(Attention(config, block + "1.EncDecAttention")).Concat(Norm(config, block + "1"));
                var last = block + (stack == "decoder" ? "2" : "1");
                foreach (var spec in parts.Concat(FeedForward(config, last + ".DenseReluDense")).Concat(Norm(config, last))) yield return spec;
            }
            yield return new($"{stack}.final_layer_norm.weight", [width], factor, 0);
        }
    }

    /// <summary>The name under which a checkpoint stores the embeddings: <see cref="Embedding"/>, unless only a copy of it is there.</summary>
    public static string EmbeddingIn(WeightSource source) => source.Find(Embedding) is not null ? Embedding : Aliases.FirstOrDefault(a => source.Find(a) is not null) ?? Embedding;

    /// <summary>
    /// Whether the head is a matrix of its own. The file decides where the config does not say false: transformers 5 writes true for every T5.
    /// </summary>
    public static bool IsUntied(WeightSource source, T5Config config)
    {
        if (config.UntiedHead) return true;
        var embedding = EmbeddingIn(source);
        return embedding != Head && source.Find(Head) is { } head && source.Find(embedding) is { } shared && !(head.Shape.SequenceEqual(shared.Shape) && Equal(source, Head, embedding, head.Count));
    }

    static bool Equal(WeightSource source, string left, string right, long count)
    {
        const int window = 1 << 16;
        var (a, b) = (source.Reader(left), source.Reader(right));
        float[] x = new float[window], y = new float[window];
        for (var first = 0L; first < count; first += window)
        {
            var length = (int)Math.Min(window, count - first);
            a.Read(first, x.AsSpan(0, length));
            b.Read(first, y.AsSpan(0, length));
            if (!x.AsSpan(0, length).SequenceEqual(y.AsSpan(0, length))) return false;
        }
        return true;
    }

    static IEnumerable<ParameterSpec> Attention(T5Config c, string module)
    {
        long width = c.Width, inner = (long)c.Heads * c.HeadWidth;
        var f = c.InitialFactor;
        // The scores are not divided by √d_kv; the queries' deviation makes up for it.
        yield return new(module + ".q.weight", [inner, width], 0, f * Math.Pow(width * c.HeadWidth, -0.5));
        yield return new(module + ".k.weight", [inner, width], 0, f * Math.Pow(width, -0.5));
        yield return new(module + ".v.weight", [inner, width], 0, f * Math.Pow(width, -0.5));
        yield return new(module + ".o.weight", [width, inner], 0, f * Math.Pow(inner, -0.5));
    }

    static IEnumerable<ParameterSpec> FeedForward(T5Config c, string module)
    {
        long width = c.Width, inner = c.FeedForwardWidth;
        foreach (var name in c.Gated ? (string[])["wi_0", "wi_1"] : ["wi"])
            yield return new($"{module}.{name}.weight", [inner, width], 0, c.InitialFactor * Math.Pow(width, -0.5));
        yield return new(module + ".wo.weight", [width, inner], 0, c.InitialFactor * Math.Pow(inner, -0.5));
    }

    static IEnumerable<ParameterSpec> Norm(T5Config c, string module) => [new(module + ".layer_norm.weight", [c.Width], c.InitialFactor, 0)];
}
