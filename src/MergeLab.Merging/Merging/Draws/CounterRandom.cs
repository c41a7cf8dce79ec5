using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;

namespace MergeLab.Merging.Draws;

/// <summary>
/// A counter-based generator: the draw of an element is a function of (seed, model, tensor, index) alone, so that it depends neither on
/// threads nor on the order of tensors. Philox4x32-10 (Salmon et al., SC 2011) over the element's index, keyed by a digest of the rest.
/// </summary>
public readonly struct CounterRandom
{
    const int Together = 32;

    readonly uint key0;
    readonly uint key1;

    CounterRandom(ulong key) => (key0, key1) = ((uint)key, (uint)(key >> 32));

    /// <param name="seed">The user's seed.</param>
    /// <param name="model">The model as the recipe names it.</param>
    /// <param name="tensor">Name of the output tensor.</param>
    public static CounterRandom For(ulong seed, string model, string tensor)
    {
        var text = Encoding.UTF8.GetBytes($"{seed}\n{model}\n{tensor}");
        return new CounterRandom(BitConverter.ToUInt64(SHA256.HashData(text)));
    }

    /// <summary>A uniform number of [0, 1) with 24 bits, for one element.</summary>
    public float Uniform(long index)
    {
        Span<float> four = stackalloc float[4];
        Four((ulong)index >> 2, four);
        return four[(int)(index & 3)];
    }

    /// <summary>Uniform numbers for consecutive elements.</summary>
    public void Fill(long first, Span<float> to)
    {
        Span<float> four = stackalloc float[4];
        for (var i = 0; i < to.Length;)
        {
            var index = first + i;
            if ((index & 3) == 0 && Avx512F.IsSupported && to.Length - i >= Together)
            {
                i += FillTogether((ulong)index >> 2, to[i..]);
                continue;
            }
            Four((ulong)index >> 2, four);
            for (var lane = (int)(index & 3); lane < 4 && i < to.Length; lane++) to[i++] = four[lane];
        }
    }

    /// <summary>Eight counters side by side: as many stretches of 32 numbers as there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int FillTogether(ulong counter, Span<float> to)
    {
        var lanes = Vector512.Create(0ul, 1, 2, 3, 4, 5, 6, 7);
        var (m0, m1) = (Vector512.Create(0xD2511F53ul).AsUInt32(), Vector512.Create(0xCD9E8D57ul).AsUInt32());
        var low = Vector512.Create(0xFFFFFFFFul);
        var (front, back) = (Vector512.Create(0ul, 8, 1, 9, 2, 10, 3, 11), Vector512.Create(4ul, 12, 5, 13, 6, 14, 7, 15));
        ref var target = ref MemoryMarshal.GetReference(to);
        var done = 0;
        for (; done <= to.Length - Together; done += Together, counter += 8)
        {
            var c0 = Vector512.Create(counter) + lanes;
            var c1 = c0 >> 32;
            Vector512<ulong> c2 = default, c3 = default;
            var (k0, k1) = (key0, key1);
            for (var round = 0; round < 10; round++)
            {
                // Products take the lower half of a lane alone, so that what lies in the upper half does not matter.
                var p0 = Avx512F.Multiply(c0.AsUInt32(), m0);
                var p1 = Avx512F.Multiply(c2.AsUInt32(), m1);
                (c0, c1, c2, c3) = ((p1 >> 32) ^ c1 ^ Vector512.Create((ulong)k0), p1, (p0 >> 32) ^ c3 ^ Vector512.Create((ulong)k1), p0);
                k0 += 0x9E3779B9;
                k1 += 0xBB67AE85;
            }
            var first = (c0 & low) | (c1 << 32);
            var second = (c2 & low) | (c3 << 32);
            Uniform(Avx512F.PermuteVar8x64x2(first, front, second)).StoreUnsafe(ref target, (nuint)done);
            Uniform(Avx512F.PermuteVar8x64x2(first, back, second)).StoreUnsafe(ref target, (nuint)done + 16);
        }
        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Uniform(Vector512<ulong> words) => Vector512.ConvertToSingle((words.AsUInt32() >> 8).AsInt32()) * (1f / (1 << 24));

    void Four(ulong counter, Span<float> to)
    {
        var (c0, c1, c2, c3) = ((uint)counter, (uint)(counter >> 32), 0u, 0u);
        var (k0, k1) = (key0, key1);
        for (var round = 0; round < 10; round++)
        {
            var p0 = (ulong)c0 * 0xD2511F53;
            var p1 = (ulong)c2 * 0xCD9E8D57;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        const float Step = 1f / (1 << 24);
        to[0] = (c0 >> 8) * Step;
        to[1] = (c1 >> 8) * Step;
        to[2] = (c2 >> 8) * Step;
        to[3] = (c3 >> 8) * Step;
    }
}
