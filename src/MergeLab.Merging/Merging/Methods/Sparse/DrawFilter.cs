using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Keeps each element with one probability, to 2^-32, by its own draw (Yu et al., DARE, ICML 2024, section 3).</summary>
public sealed class DrawFilter<T>(CounterRandom random, double probability) : RowFilter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const int Together = 32;
    const int Stretch = 1024;

    readonly uint threshold = KeepDraws.Threshold(probability);

    /// <summary>What stays of the segment of an element.</summary>
    internal KeepDraws At(long place) => KeepDraws.Of(random, place, threshold);

    public override void Apply(long place, Span<T> row)
    {
        var e = typeof(T) == typeof(float) && Vectorizes(place, row.Length) ? Keep(place, MemoryMarshal.Cast<T, float>(row)) : 0;
        Rest(place + e, row[e..]);
    }

    public override (double Whole, double Kept) Magnitudes(long place, Span<T> row)
    {
        if (typeof(T) != typeof(float) || !Vectorizes(place, row.Length)) return base.Magnitudes(place, row);
        var (whole, kept) = (0.0, 0.0);
        var e = Magnitudes(place, MemoryMarshal.Cast<T, float>(row), ref whole, ref kept);
        // Sums of numbers near the end of the range leave it in float, not in double.
        if (!double.IsFinite(whole)) return base.Magnitudes(place, row);
        var rest = base.Magnitudes(place + e, row[e..]);
        return (whole + rest.Whole, kept + rest.Kept);
    }

    static bool Vectorizes(long place, int length) => (place & 1) == 0 && place >> CounterRandom.SegmentBits == (place + length - 1) >> CounterRandom.SegmentBits;

    [SkipLocalsInit]
    void Rest(long place, Span<T> row)
    {
        Span<uint> words = stackalloc uint[Stretch];
        for (var done = 0; done < row.Length; done += Stretch)
        {
            var part = row.Slice(done, Math.Min(Stretch, row.Length - done));
            random.Words(place + done, words[..part.Length]);
            for (var e = 0; e < part.Length; e++) part[e] = words[e] < threshold ? part[e] : T.Zero;
        }
    }

    int Keep(long place, Span<float> row)
    {
        var draws = At(place);
        ref var first = ref MemoryMarshal.GetReference(row);
        var e = 0;
        for (; e <= row.Length - Together; e += Together)
        {
            var (low, high) = Vector512.Widen(draws.Keep(KeepDraws.Counters(place + e)).AsInt16());
            (Vector512.LoadUnsafe(ref first, (nuint)e) & low.AsSingle()).StoreUnsafe(ref first, (nuint)e);
            (Vector512.LoadUnsafe(ref first, (nuint)e + 16) & high.AsSingle()).StoreUnsafe(ref first, (nuint)e + 16);
        }
        return e;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int Magnitudes(long place, ReadOnlySpan<float> row, ref double whole, ref double kept)
    {
        var draws = At(place);
        ref var first = ref MemoryMarshal.GetReference(row);
        var e = 0;
        while (e <= row.Length - Together)
        {
            var sums = new MagnitudeSums();
            var end = Math.Min(row.Length / Together * Together, e + MagnitudeSums.Additions * Together);
            for (; e < end; e += Together)
            {
                var (x0, x1) = (Vector512.LoadUnsafe(ref first, (nuint)e).AsUInt64(), Vector512.LoadUnsafe(ref first, (nuint)e + 16).AsUInt64());
                sums.Add(Vector512.Narrow(x0, x1).AsSingle(), Vector512.Narrow(x0 >> 32, x1 >> 32).AsSingle(), draws.Keep(KeepDraws.Counters(place + e)));
            }
            sums.Finish(ref whole, ref kept);
        }
        return e;
    }
}
