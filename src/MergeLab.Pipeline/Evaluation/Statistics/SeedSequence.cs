namespace MergeLab.Evaluation.Statistics;

/// <summary>numpy's <c>SeedSequence</c> of one seed: spreads its bits over a generator's whole state (after O'Neill's seed_seq_fe, 2015).</summary>
readonly struct SeedSequence
{
    const int PoolSize = 4;

    readonly uint[] _pool = new uint[PoolSize];

    public SeedSequence(ulong seed)
    {
        uint[] entropy = [(uint)seed, (uint)(seed >> 32), 0, 0];
        var factor = 0x43b0d7e5u;
        for (var i = 0; i < PoolSize; i++) _pool[i] = Hash(entropy[i], ref factor, 0x931e8875);
        for (var from = 0; from < PoolSize; from++)
            for (var to = 0; to < PoolSize; to++)
                if (from != to) _pool[to] = Mix(_pool[to], Hash(_pool[from], ref factor, 0x931e8875));
    }

    public void Fill(Span<ulong> words)
    {
        var factor = 0x8b51f9ddu;
        for (var i = 0; i < words.Length; i++)
        {
            var low = Hash(_pool[2 * i % PoolSize], ref factor, 0x58f38ded);
            var high = Hash(_pool[((2 * i) + 1) % PoolSize], ref factor, 0x58f38ded);
            words[i] = low | ((ulong)high << 32);
        }
    }

    static uint Hash(uint value, ref uint factor, uint growth)
    {
        value ^= factor;
        factor *= growth;
        value *= factor;
        return value ^ (value >> 16);
    }

    static uint Mix(uint x, uint y)
    {
        var mixed = (0xca01f9ddu * x) - (0x4973f715u * y);
        return mixed ^ (mixed >> 16);
    }
}
