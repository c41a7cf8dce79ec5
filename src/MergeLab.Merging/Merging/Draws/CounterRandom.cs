using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;

namespace MergeLab.Merging.Draws;

/// <summary>
/// A counter-based generator: the draw of an element is a function of (seed, model, tensor, index) alone, so that it depends neither on
/// threads nor on the order of tensors. A draw has 32 bits: the upper sixteen, which nearly always decide, and the lower sixteen come from two functions
/// of <see cref="DrawKey"/>, each of which serves two neighbours at once. Keys are a digest of the rest; statistical quality is tested, secrecy is no aim.
/// </summary>
public readonly struct CounterRandom
{
    /// <summary>Elements that share their keys: two for each of 2^32 counters.</summary>
    internal const int SegmentBits = 33;

    const int Together = 32;

    readonly ulong key;

    CounterRandom(ulong key) => this.key = key;

    /// <param name="seed">The user's seed.</param>
    /// <param name="model">The model as the recipe names it.</param>
    /// <param name="tensor">Name of the output tensor.</param>
    public static CounterRandom For(ulong seed, string model, string tensor)
    {
        var text = Encoding.UTF8.GetBytes($"{seed}\n{model}\n{tensor}");
        return new CounterRandom(BitConverter.ToUInt64(SHA256.HashData(text)));
    }

    /// <summary>The draw of one element, evenly among all 32-bit numbers.</summary>
    public uint Word(long index)
    {
        var (upper, lower) = Keys(index >> SegmentBits);
        return Word((uint)(index >> 1), (int)(index & 1) * 16, upper, lower);
    }

    /// <summary>The draw of one element as a number of [0, 1) with 24 bits.</summary>
    public float Uniform(long index) => (Word(index) >> 8) * (1f / (1 << 24));

    /// <summary>The draws of consecutive elements.</summary>
    public unsafe void Words(long first, Span<uint> to)
    {
        for (var i = 0; i < to.Length;)
        {
            var index = first + i;
            var (upper, lower) = Keys(index >> SegmentBits);
            var end = (int)Math.Min(to.Length, ((index >> SegmentBits) + 1 << SegmentBits) - first);
            fixed (uint* start = to)
                for (; (index & 1) == 0 && i <= end - Together; i += Together, index += Together)
                {
                    var counters = DrawKey.Counters((uint)(index >> 1));
                    var (high, low) = (upper.Mix(counters), lower.Mix(counters));
                    var even = (high << 16) | (low & Vector512.Create(0xFFFFu));
                    var odd = (high & Vector512.Create(0xFFFF0000u)) | (low >> 16);
                    var ((e0, e1), (o0, o1)) = (Vector512.Widen(even), Vector512.Widen(odd));
                    (e0 | (o0 << 32)).AsUInt32().Store(start + i);
                    (e1 | (o1 << 32)).AsUInt32().Store(start + i + 16);
                }
            if (i < end) to[i++] = Word((uint)(index >> 1), (int)(index & 1) * 16, upper, lower);
        }
    }

    /// <summary>The functions that make the upper and lower halves of draws of a segment.</summary>
    internal (DrawKey Upper, DrawKey Lower) Keys(long segment) => (Key(2 * (ulong)segment), Key(2 * (ulong)segment + 1));

    /// <summary>Finisher of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
    DrawKey Key(ulong number)
    {
        var x = key + (number + 1) * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        x ^= x >> 31;
        return new DrawKey((uint)x, (uint)(x >> 32));
    }

    static uint Word(uint counter, int shift, DrawKey upper, DrawKey lower) => (upper.Mix(counter) >> shift << 16) | ((lower.Mix(counter) >> shift) & 0xFFFF);
}
