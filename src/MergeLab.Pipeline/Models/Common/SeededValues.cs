using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MergeLab.Models.Common;

/// <summary>
/// Random numbers that are functions of (seed, name, index): drawing them in another order, or only some of them, changes none.
/// The bits are SplitMix64's finaliser (Steele, Lea and Flood 2014) over a key that SHA-256 makes of seed and name.
/// </summary>
public readonly struct SeededValues
{
    const ulong Step = 0x9E3779B97F4A7C15; // 2^64 divided by the golden ratio, odd

    readonly ulong key;

    public SeededValues(ulong seed, string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var input = new byte[sizeof(ulong) + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(input, seed);
        text.CopyTo(input.AsSpan(sizeof(ulong)));
        key = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(input));
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits(ulong index)
    {
        var z = key + (index + 1) * Step;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>Uniform on (0, 1), 53 bits.</summary>
    public double Uniform(ulong index) => ((Bits(index) >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (Box and Muller 1958); uses the bits of 2·index and 2·index + 1.</summary>
    public double Normal(ulong index) => Math.Sqrt(-2 * Math.Log(Uniform(2 * index))) * Math.Cos(2 * Math.PI * Uniform(2 * index + 1));

    public void FillNormal(Span<float> values, double mean, double deviation)
    {
        if (deviation == 0) values.Fill((float)mean);
        else
            for (var i = 0; i < values.Length; i++) values[i] = (float)(mean + deviation * Normal((ulong)i));
    }

    /// <summary>Uniform on (-bound, bound).</summary>
    public void FillUniform(Span<float> values, double bound)
    {
        for (var i = 0; i < values.Length; i++) values[i] = (float)(bound * (2 * Uniform((ulong)i) - 1));
    }
}
