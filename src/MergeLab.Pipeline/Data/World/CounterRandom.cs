using System.Text;

namespace MergeLab.Data.World;

/// <summary>
/// Random numbers addressed by (seed, stream, split, index, attempt): equal addresses give equal numbers on every platform, in any order
/// of asking. Integer arithmetic only; the mixing function is SplitMix64's finaliser (Steele, Lea, Flood, OOPSLA 2014).
/// </summary>
public sealed class CounterRandom
{
    const ulong Golden = 0x9E3779B97F4A7C15;
    readonly ulong _key;
    ulong _counter;

    public CounterRandom(ulong seed, string stream, Split split, long index, int attempt = 0)
    {
        var key = Mix(seed + Golden);
        key = Mix(key ^ Hash(stream));
        key = Mix(key ^ (ulong)split);
        key = Mix(key ^ (ulong)index);
        _key = Mix(key ^ (ulong)attempt);
    }

    public ulong Next() => Mix(_key + ++_counter * Golden);

    /// <summary>A whole number from 0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True in <paramref name="percent"/> of a hundred draws.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    /// <summary>Fisher and Yates, in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary><paramref name="count"/> different numbers below <paramref name="limit"/>, in random order.</summary>
    public int[] Distinct(int count, int limit)
    {
        var all = new int[limit];
        for (var i = 0; i < limit; i++) all[i] = i;
        Shuffle(all);
        return all[..count];
    }

    /// <summary>FNV-1a of the UTF-8 bytes, mixed once so that close texts lie far apart.</summary>
    public static ulong Hash(string text)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 0x100000001B3;
        return Mix(hash);
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
