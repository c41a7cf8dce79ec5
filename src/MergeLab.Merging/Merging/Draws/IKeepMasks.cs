using System.Numerics;

namespace MergeLab.Merging.Draws;

/// <summary>Which elements of a task vector survive a random drop: drawn, or replayed from a file.</summary>
public interface IKeepMasks
{
    /// <summary>The mask of one tensor of one model; null where nothing is dropped from it.</summary>
    /// <param name="tensor">Name of the output tensor.</param>
    /// <param name="model">The model as the recipe names it.</param>
    /// <param name="count">Elements of the tensor, which the mask must have.</param>
    KeepMask? Find(string tensor, string model, long count);
}

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
        for (var e = 0; e < row.Length; e++)
        {
            var place = e + shift;
            row[e] = (own[place >> 3] >> (place & 7) & 1) != 0 ? row[e] : T.Zero;
        }
    }
}
