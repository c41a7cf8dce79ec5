using MergeLab.Models.Common;

namespace MergeLab.Models.T5;

/// <summary>The encoder or the decoder: blocks, the position bias they share, and the norm after them.</summary>
sealed class T5Stack
{
    readonly T5Config config;
    readonly bool decoder;
    readonly Tensor positions, finalNorm;

    public T5Stack(T5Config config, Parameters parameters, bool decoder)
    {
        this.config = config;
        this.decoder = decoder;
        var name = decoder ? "decoder" : "encoder";
        Blocks = [.. Enumerable.Range(0, decoder ? config.DecoderLayers : config.EncoderLayers).Select(i => new T5Block(config, parameters, $"{name}.block.{i}", decoder))];
        positions = parameters[$"{name}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"];
        finalNorm = parameters[$"{name}.final_layer_norm.weight"];
    }

    public IReadOnlyList<T5Block> Blocks { get; }

    /// <param name="x">[rows, n, d_model] embeddings</param>
    /// <param name="mask">[rows, n], 0 where a position is not to be seen; null sees all.</param>
    /// <param name="encoded">[rows, m, d_model], for the decoder.</param>
    /// <param name="encodedBias">Mask of the encoder's positions, additive.</param>
    /// <param name="dropout">Probability of dropping.</param>
    /// <param name="states">Takes the embeddings and the state after each layer, the last one after the norm; null for none.</param>
    /// <returns>[rows, n, d_model] after the norm</returns>
    public Tensor Apply(Tensor x, Tensor? mask, Tensor? encoded, Tensor? encodedBias, double dropout, List<Tensor>? states)
    {
        using var scope = NewDisposeScope();
        var bias = Bias(x.size(1), x.device);
        if (mask is not null) bias = bias.add(AttentionMask.Additive(mask));
        if (dropout > 0) x = F.dropout(x, dropout);
        states?.Add(x);
        for (var i = 0; i < Blocks.Count; i++)
        {
            x = Blocks[i].Apply(x, bias, encoded, encodedBias, dropout);
            if (i < Blocks.Count - 1) states?.Add(x);
        }
        x = Ops.RmsNorm(x, finalNorm, config.Epsilon);
        if (dropout > 0) x = F.dropout(x, dropout);
        states?.Add(x);
        foreach (var state in states ?? []) scope.MoveToOuter(state);
        return scope.MoveToOuter(x);
    }

    /// <summary>The norm after the last layer.</summary>
    public Tensor Finish(Tensor x) => Ops.RmsNorm(x, finalNorm, config.Epsilon);

    /// <summary>
    /// The decoder's bias of a query for the keys at distance length - 1 … 0 before it: the last t + 1 columns are those of query t.
    /// </summary>
    /// <returns>[1, heads, 1, length]</returns>
    public Tensor BiasByDistance(int length, Device device)
    {
        using var scope = NewDisposeScope();
        var buckets = RelativePositions.Table(length, length, false, config.Buckets, config.MaxDistance).AsSpan((length - 1) * length).ToArray();
        return Ops.Embedding(positions, tensor(buckets, device: device)).t().reshape(1, config.Heads, 1, length).contiguous().MoveToOuterDisposeScope();
    }

    /// <returns>[1, heads, n, n]; in the decoder with later positions masked.</returns>
    Tensor Bias(long n, Device device)
    {
        using var scope = NewDisposeScope();
        var buckets = tensor(RelativePositions.Table((int)n, (int)n, !decoder, config.Buckets, config.MaxDistance), [n, n], device: device);
        var bias = Ops.Embedding(positions, buckets).permute(2, 0, 1).unsqueeze(0);
        if (decoder) bias = bias.add(full([n, n], AttentionMask.Hidden, ScalarType.Float32, device).triu(1));
        return bias.contiguous().MoveToOuterDisposeScope();
    }
}
