using MergeLab.Models.Common;

namespace MergeLab.Models.T5;

/// <summary>One layer of a stack: self-attention, in the decoder attention to the encoder, feed-forward; each normalised before and added to its input.</summary>
sealed class T5Block
{
    readonly double epsilon;
    readonly Tensor selfNorm, lastNorm;
    readonly Tensor? crossNorm;
    readonly T5FeedForward feedForward;

    public T5Block(T5Config config, Parameters parameters, string module, bool decoder)
    {
        epsilon = config.Epsilon;
        Self = new T5Attention(config, parameters, module + ".layer.0.SelfAttention");
        selfNorm = parameters[module + ".layer.0.layer_norm.weight"];
        if (decoder)
        {
            Cross = new T5Attention(config, parameters, module + ".layer.1.EncDecAttention");
            crossNorm = parameters[module + ".layer.1.layer_norm.weight"];
        }
        var last = module + (decoder ? ".layer.2" : ".layer.1");
        feedForward = new T5FeedForward(config, parameters, last + ".DenseReluDense");
        lastNorm = parameters[last + ".layer_norm.weight"];
    }

    public T5Attention Self { get; }

    /// <summary>Of the decoder.</summary>
    public T5Attention? Cross { get; }

    /// <param name="x">[rows, n, d_model]</param>
    /// <param name="bias">Of the self-attention.</param>
    /// <param name="encoded">[rows, m, d_model], for the decoder.</param>
    /// <param name="encodedBias">Of the attention to them.</param>
    /// <param name="dropout">Probability of dropping.</param>
    public Tensor Apply(Tensor x, Tensor? bias, Tensor? encoded, Tensor? encodedBias, double dropout)
    {
        using var scope = NewDisposeScope();
        x = AddSelf(x, bias, dropout);
        if (Cross is not null)
        {
            var (keys, values) = Cross.Project(encoded!);
            x = AddCross(x, keys, values, encodedBias, dropout);
        }
        return AddFeedForward(x, dropout).MoveToOuterDisposeScope();
    }

    /// <summary>One position more, with cached keys and values.</summary>
    /// <param name="x">[rows, 1, d_model]</param>
    /// <param name="cache">This layer's; the position's own key and value are added.</param>
    /// <param name="bias">[1, heads, 1, positions so far with this one]</param>
    /// <param name="encodedBias">Of the attention to the encoder.</param>
    public Tensor Step(Tensor x, T5LayerCache cache, Tensor bias, Tensor? encodedBias)
    {
        using var scope = NewDisposeScope();
        var normed = Ops.RmsNorm(x, selfNorm, epsilon);
        var (key, value) = Self.Project(normed);
        var (keys, values) = cache.Append(key, value);
        x = Self.Attend(normed, keys, values, bias, 0).add_(x);
        x = AddCross(x, cache.CrossKeys, cache.CrossValues, encodedBias, 0);
        return AddFeedForward(x, 0).MoveToOuterDisposeScope();
    }

    // Each part has a scope of its own, so that the next one finds its memory free and still in the cache. Sums go into the part's result,
    // which is a product's and not needed for its gradient.

    Tensor AddSelf(Tensor x, Tensor? bias, double dropout)
    {
        using var scope = NewDisposeScope();
        var normed = Ops.RmsNorm(x, selfNorm, epsilon);
        var (keys, values) = Self.Project(normed);
        return Drop(Self.Attend(normed, keys, values, bias, dropout), dropout).add_(x).MoveToOuterDisposeScope();
    }

    Tensor AddCross(Tensor x, Tensor keys, Tensor values, Tensor? bias, double dropout)
    {
        using var scope = NewDisposeScope();
        return Drop(Cross!.Attend(Ops.RmsNorm(x, crossNorm!, epsilon), keys, values, bias, dropout), dropout).add_(x).MoveToOuterDisposeScope();
    }

    Tensor AddFeedForward(Tensor x, double dropout)
    {
        using var scope = NewDisposeScope();
        return Drop(feedForward.Apply(Ops.RmsNorm(x, lastNorm, epsilon), dropout), dropout).add_(x).MoveToOuterDisposeScope();
    }

    static Tensor Drop(Tensor x, double dropout) => dropout > 0 ? F.dropout(x, dropout) : x;
}
