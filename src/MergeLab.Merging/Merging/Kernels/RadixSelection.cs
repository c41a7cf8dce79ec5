using System.Numerics;
using System.Runtime.CompilerServices;

namespace MergeLab.Merging.Kernels;

/// <summary>Selection by the digits of a magnitude's bits: those of non-negative floats are in the order of their values.</summary>
static class RadixSelection
{
    const int DigitBits = 11;

    /// <summary>The bits of a magnitude, which order as the magnitudes do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits<T>(T magnitude) where T : unmanaged =>
        typeof(T) == typeof(float) ? BitConverter.SingleToUInt32Bits((float)(object)magnitude) : BitConverter.DoubleToUInt64Bits((double)(object)magnitude);

    /// <summary>The magnitude of given bits.</summary>
    public static T Magnitude<T>(ulong bits) where T : unmanaged =>
        typeof(T) == typeof(float) ? (T)(object)BitConverter.UInt32BitsToSingle((uint)bits) : (T)(object)BitConverter.UInt64BitsToDouble(bits);

    /// <summary>The k-th largest of magnitudes, k from 1; reorders them.</summary>
    public static T Largest<T>(Span<T> magnitudes, long k) where T : unmanaged, INumber<T>
    {
        Span<int> counts = stackalloc int[1 << DigitBits];
        for (var shift = (typeof(T) == typeof(float) ? 32 : 64) - DigitBits; ; shift = Math.Max(0, shift - DigitBits))
        {
            counts.Clear();
            foreach (var value in magnitudes) counts[(int)(Bits(value) >> shift) & ((1 << DigitBits) - 1)]++;
            var digit = counts.Length - 1;
            while (k > counts[digit]) k -= counts[digit--];
            if (counts[digit] == magnitudes.Length && shift > 0) continue;
            var kept = 0;
            foreach (var value in magnitudes)
                if (((int)(Bits(value) >> shift) & ((1 << DigitBits) - 1)) == digit) magnitudes[kept++] = value;
            magnitudes = magnitudes[..kept];
            if (shift == 0 || kept == 1) return magnitudes[0];
        }
    }
}
