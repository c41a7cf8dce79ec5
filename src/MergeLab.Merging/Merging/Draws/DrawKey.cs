using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Merging.Draws;

/// <summary>
/// A function of 32 bits to 32 bits, one of 2^64: two rounds of multiply and xor-shift (constants of Ellis's search for Wellons's hash-prospector) with a key
/// before and between them, so that no two keys run through the same sequence.
/// </summary>
/// <param name="Add">Added to the counter.</param>
/// <param name="Flip">Flips bits between the rounds.</param>
readonly record struct DrawKey(uint Add, uint Flip)
{
    const uint Golden = 0x9E3779B1;
    const uint First = 0x21F0AAAD;
    const uint Second = 0xD35A2D97;

    public uint Mix(uint counter)
    {
        var x = counter * Golden + Add;
        x = (x ^ (x >> 16)) * First;
        x = (x ^ (x >> 15) ^ Flip) * Second;
        return x ^ (x >> 15);
    }

    /// <summary>Sixteen counters from one on, spread: what <see cref="Mix(Vector512{uint})"/> takes, whatever the key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Counters(uint first) => Vector512.Create(first * Golden) + Vector512<uint>.Indices * Golden;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Mix(Vector512<uint> counters)
    {
        var x = counters + Vector512.Create(Add);
        x = (x ^ (x >> 16)) * First;
        x = (x ^ (x >> 15) ^ Vector512.Create(Flip)) * Second;
        return x ^ (x >> 15);
    }
}
