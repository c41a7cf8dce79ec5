using System.Security.Cryptography;
using System.Text;

namespace MergeLab.Merging.Draws;

/// <summary>
/// A counter-based generator: the draw of an element is a function of (seed, model, tensor, index) alone, so that it depends neither on
/// threads nor on the order of tensors. Philox4x32-10 (Salmon et al., SC 2011) over the element's index, keyed by a digest of the rest.
/// </summary>
public readonly struct CounterRandom
{
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
            Four((ulong)index >> 2, four);
            for (var lane = (int)(index & 3); lane < 4 && i < to.Length; lane++) to[i++] = four[lane];
        }
    }

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
