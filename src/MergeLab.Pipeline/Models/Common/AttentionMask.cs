namespace MergeLab.Models.Common;

/// <summary>Masks as terms of attention scores.</summary>
static class AttentionMask
{
    /// <summary>Finite, so that a row with nothing to see is an average and no NaN, which would spread into losses and gradients.</summary>
    public const double Hidden = float.MinValue;

    /// <param name="mask">[rows, keys], 0 where a key is not to be seen</param>
    /// <returns>[rows, 1, 1, keys] float32: 0, or <see cref="Hidden"/></returns>
    public static Tensor Additive(Tensor mask)
    {
        using var scope = NewDisposeScope();
        var hidden = mask.eq(0).view(mask.size(0), 1, 1, mask.size(1));
        return zeros(hidden.shape, ScalarType.Float32, mask.device).masked_fill_(hidden, Hidden).MoveToOuterDisposeScope();
    }
}
