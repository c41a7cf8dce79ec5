using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Rounds doubles in place to what a float type holds.</summary>
static class Rounding
{
    const int Block = 512;

    public static void ToType(DType type, Span<double> values)
    {
        if (type == DType.F64) return;
        Span<byte> bytes = stackalloc byte[Block * sizeof(float)];
        for (var i = 0; i < values.Length; i += Block)
        {
            var part = values.Slice(i, Math.Min(Block, values.Length - i));
            var raw = bytes[..(part.Length * type.Size())];
            Elements.FromDouble(type, part, raw);
            Elements.ToDouble(type, raw, part);
        }
    }
}
