using System.Numerics;
using System.Runtime.CompilerServices;

namespace MergeLab.Evaluation.Text;

/// <summary>
/// Numbers pairs of integers densely from 0 in order of first sight. An n-gram is the pair of its first n−1 tokens' number and its last
/// token, so n-grams of any order are one lookup each and never strings. Emptied in constant time; not safe for concurrent use.
/// </summary>
sealed class PairTable
{
    struct Slot
    {
        public ulong Key;
        public uint Epoch;
        public int Number;
    }

    Slot[] _slots = new Slot[1024];
    uint _epoch = 1;
    int _shift = 64 - 10;

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        if (++_epoch != 0) return;
        Array.Clear(_slots);
        _epoch = 1;
    }

    /// <summary>The pair's number, new if it was not seen since <see cref="Clear"/>.</summary>
    public int Intern(uint first, uint second)
    {
        var key = ((ulong)first << 32) | second;
        ref var slot = ref Locate(key);
        if (slot.Epoch == _epoch) return slot.Number;
        if (Count >= _slots.Length / 2)
        {
            Grow();
            slot = ref Locate(key);
        }
        slot = new Slot { Key = key, Epoch = _epoch, Number = Count };
        return Count++;
    }

    /// <summary>The pair's number, or −1.</summary>
    public int Find(uint first, uint second)
    {
        ref var slot = ref Locate(((ulong)first << 32) | second);
        return slot.Epoch == _epoch ? slot.Number : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ref Slot Locate(ulong key)
    {
        var slots = _slots;
        var index = (int)((key * 0x9E3779B97F4A7C15) >> _shift);
        while (slots[index].Epoch == _epoch && slots[index].Key != key) index = (index + 1) & (slots.Length - 1);
        return ref slots[index];
    }

    void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        _shift = 64 - BitOperations.Log2((uint)_slots.Length);
        foreach (ref readonly var slot in old.AsSpan())
            if (slot.Epoch == _epoch) Locate(slot.Key) = slot;
    }
}
