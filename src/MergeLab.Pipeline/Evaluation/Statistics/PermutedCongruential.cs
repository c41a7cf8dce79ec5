using System.Numerics;

namespace MergeLab.Evaluation.Statistics;

/// <summary>
/// PCG64 (XSL-RR 128/64; O'Neill, 2014) seeded as <c>numpy.random.default_rng</c> does, so that tests draw what sacrebleu and scipy draw.
/// </summary>
public sealed class PermutedCongruential
{
    static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    UInt128 _state;
    uint? _half;

    public PermutedCongruential(ulong seed)
    {
        Span<ulong> words = stackalloc ulong[4];
        new SeedSequence(seed).Fill(words);
        Increment = (new UInt128(words[2], words[3]) << 1) | 1;
        Step();
        _state += new UInt128(words[0], words[1]);
        Step();
    }

    public UInt128 State => _state;

    public UInt128 Increment { get; }

    public ulong NextUInt64()
    {
        Step();
        return BitOperations.RotateRight((ulong)(_state >> 64) ^ (ulong)_state, (int)(_state >> 122));
    }

    /// <summary>The low half of a 64-bit word, then its high half.</summary>
    public uint NextUInt32()
    {
        if (_half is { } kept)
        {
            _half = null;
            return kept;
        }
        var word = NextUInt64();
        _half = (uint)(word >> 32);
        return (uint)word;
    }

    /// <summary>What <c>Generator.integers(n)</c> draws (Lemire, Fast random integer generation in an interval, 2019); nothing for n = 1.</summary>
    public int NextIndex(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if (n == 1) return 0;
        var product = NextUInt32() * (ulong)n;
        if ((uint)product < n)
        {
            var threshold = (uint)(((1UL << 32) - (ulong)n) % (ulong)n);
            while ((uint)product < threshold) product = NextUInt32() * (ulong)n;
        }
        return (int)(product >> 32);
    }

    /// <summary>What <c>Generator.integers(2, dtype=bool)</c> draws into an array: 32 to a word, from the lowest bit.</summary>
    public void Fill(Span<bool> bits)
    {
        var word = 0u;
        for (var i = 0; i < bits.Length; i++)
        {
            if (i % 32 == 0) word = NextUInt32();
            bits[i] = ((word >> (i % 32)) & 1) != 0;
        }
    }

    void Step() => _state = (_state * Multiplier) + Increment;
}
