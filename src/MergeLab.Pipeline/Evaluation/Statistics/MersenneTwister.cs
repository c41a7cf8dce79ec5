namespace MergeLab.Evaluation.Statistics;

/// <summary>
/// MT19937 (Matsumoto and Nishimura, 1998) as <c>numpy.random.seed</c> sets it up, so that a bootstrap draws what rouge_score draws.
/// </summary>
public sealed class MersenneTwister
{
    const int Size = 624;
    const int Shift = 397;

    readonly uint[] _state = new uint[Size];
    int _next = Size;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Size; i++) _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
    }

    public uint NextUInt32()
    {
        if (_next == Size) Twist();
        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >> 18);
    }

    /// <summary>What <c>numpy.random.choice(np.arange(n))</c> draws: masked words until one is below n; nothing is drawn for n = 1.</summary>
    public int NextIndex(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var largest = (uint)n - 1;
        if (largest == 0) return 0;
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(largest);
        uint index;
        do index = NextUInt32() & mask;
        while (index > largest);
        return (int)index;
    }

    void Twist()
    {
        for (var i = 0; i < Size; i++)
        {
            var mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + Shift) % Size] ^ (mixed >> 1) ^ ((mixed & 1) == 0 ? 0 : 0x9908B0DF);
        }
        _next = 0;
    }
}
