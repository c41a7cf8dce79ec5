using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Keeps each element with one probability, by its own draw (Yu et al., DARE, ICML 2024, section 3).</summary>
public sealed class DrawFilter<T>(CounterRandom random, float probability) : RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const int Stretch = 1024;

    [SkipLocalsInit]
    public override void Apply(long place, Span<T> row)
    {
        Span<float> draws = stackalloc float[Stretch];
        for (var done = 0; done < row.Length; done += Stretch)
        {
            var part = row.Slice(done, Math.Min(Stretch, row.Length - done));
            random.Fill(place + done, draws[..part.Length]);
            if (typeof(T) == typeof(float)) Keep(draws, MemoryMarshal.Cast<T, float>(part));
            else
                for (var e = 0; e < part.Length; e++) part[e] = draws[e] < probability ? part[e] : T.Zero;
        }
    }

    void Keep(ReadOnlySpan<float> draws, Span<float> row)
    {
        var limit = new Vector<float>(probability);
        var e = 0;
        for (; e <= row.Length - Vector<float>.Count; e += Vector<float>.Count)
            Vector.ConditionalSelect(Vector.LessThan(new Vector<float>(draws[e..]), limit), new Vector<float>(row[e..]), Vector<float>.Zero).CopyTo(row[e..]);
        for (; e < row.Length; e++) row[e] = draws[e] < probability ? row[e] : 0;
    }
}
