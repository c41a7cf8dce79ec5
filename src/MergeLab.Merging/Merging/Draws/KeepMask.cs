using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Merging.Draws;

/// <summary>One bit an element, least significant first.</summary>
public sealed class KeepMask(ReadOnlyMemory<byte> bits)
{
    public bool Keeps(long element) => (bits.Span[(int)(element >> 3)] >> (int)(element & 7) & 1) != 0;

    /// <summary>Sets dropped elements to zero.</summary>
    /// <param name="first">Place of the row's first element in the tensor.</param>
    /// <param name="row">Changed in place.</param>
    public void Apply<T>(long first, Span<T> row) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = bits.Span[(int)(first >> 3)..];
        var shift = (int)(first & 7);
        var e = typeof(T) == typeof(float) && shift == 0 ? Bytes(own, MemoryMarshal.Cast<T, float>(row)) : 0;
        for (; e < row.Length; e++)
        {
            var place = e + shift;
            row[e] = (own[place >> 3] >> (place & 7) & 1) != 0 ? row[e] : T.Zero;
        }
    }

    /// <summary>Eight elements at once for each whole byte; how many elements that were.</summary>
    static int Bytes(ReadOnlySpan<byte> own, Span<float> row)
    {
        var places = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        var e = 0;
        for (; e <= row.Length - 8; e += 8)
        {
            var eight = row.Slice(e, 8);
            var kept = Vector256.Equals(Vector256.Create((int)own[e >> 3]) & places, places);
            (Vector256.Create<float>(eight) & kept.AsSingle()).CopyTo(eight);
        }
        return e;
    }
}
