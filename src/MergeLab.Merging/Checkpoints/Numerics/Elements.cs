using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Checkpoints.Numerics;

/// <summary>
/// Raw little-endian elements of a <see cref="DType"/> to and from numbers. 16-bit floats round once, to nearest even, also from double.
/// </summary>
public static class Elements
{
    const int Block = 512; // floats on the stack between two conversions

    /// <summary>Widens float elements; integers, booleans and f64 are rounded to float.</summary>
    /// <exception cref="NotSupportedException">8-bit floats, which no arithmetic here knows.</exception>
    public static void ToSingle(DType type, ReadOnlySpan<byte> from, Span<float> to)
    {
        to = to[..(from.Length / type.Size())];
        switch (type)
        {
            case DType.F32: MemoryMarshal.Cast<byte, float>(from).CopyTo(to); break;
            case DType.BF16: HalfKernels.WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(from), to); break;
            case DType.F16: HalfKernels.WidenHalf(MemoryMarshal.Cast<byte, ushort>(from), to); break;
            case DType.F64: Narrow(MemoryMarshal.Cast<byte, double>(from), to); break;
            case DType.I64: Cast(MemoryMarshal.Cast<byte, long>(from), to, x => x); break;
            case DType.U64: Cast(MemoryMarshal.Cast<byte, ulong>(from), to, x => x); break;
            case DType.I32: Cast(MemoryMarshal.Cast<byte, int>(from), to, x => x); break;
            case DType.U32: Cast(MemoryMarshal.Cast<byte, uint>(from), to, x => x); break;
            case DType.I16: Cast(MemoryMarshal.Cast<byte, short>(from), to, x => x); break;
            case DType.U16: Cast(MemoryMarshal.Cast<byte, ushort>(from), to, x => x); break;
            case DType.I8: Cast(MemoryMarshal.Cast<byte, sbyte>(from), to, x => x); break;
            case DType.U8: Cast(from, to, x => x); break;
            case DType.Bool: Cast(from, to, x => x == 0 ? 0f : 1f); break;
            default: throw NoArithmetic(type);
        }
    }

    /// <summary>As <see cref="ToSingle"/>; every type but 64-bit integers beyond 2^53 is exact.</summary>
    public static void ToDouble(DType type, ReadOnlySpan<byte> from, Span<double> to)
    {
        to = to[..(from.Length / type.Size())];
        switch (type)
        {
            case DType.F64: MemoryMarshal.Cast<byte, double>(from).CopyTo(to); break;
            case DType.I64: Cast(MemoryMarshal.Cast<byte, long>(from), to, x => x); break;
            case DType.U64: Cast(MemoryMarshal.Cast<byte, ulong>(from), to, x => x); break;
            case DType.I32: Cast(MemoryMarshal.Cast<byte, int>(from), to, x => x); break;
            case DType.U32: Cast(MemoryMarshal.Cast<byte, uint>(from), to, x => x); break;
            default:
                Span<float> block = stackalloc float[Block];
                for (var i = 0; i < to.Length; i += Block)
                {
                    var part = block[..Math.Min(Block, to.Length - i)];
                    ToSingle(type, from.Slice(i * type.Size(), part.Length * type.Size()), part);
                    Widen(part, to[i..]);
                }
                break;
        }
    }

    /// <summary>Rounds to a float type, to nearest even.</summary>
    /// <exception cref="NotSupportedException"><paramref name="type"/> is not F64, F32, F16 or BF16.</exception>
    public static void FromSingle(DType type, ReadOnlySpan<float> from, Span<byte> to)
    {
        switch (type)
        {
            case DType.F32: from.CopyTo(MemoryMarshal.Cast<byte, float>(to)); break;
            case DType.BF16: HalfKernels.NarrowBFloat16(from, MemoryMarshal.Cast<byte, ushort>(to)); break;
            case DType.F16: HalfKernels.NarrowHalf(from, MemoryMarshal.Cast<byte, ushort>(to)); break;
            case DType.F64: Widen(from, MemoryMarshal.Cast<byte, double>(to)); break;
            default: throw NoArithmetic(type);
        }
    }

    /// <summary>As <see cref="FromSingle"/>, in one rounding from double.</summary>
    public static void FromDouble(DType type, ReadOnlySpan<double> from, Span<byte> to)
    {
        switch (type)
        {
            case DType.F64: from.CopyTo(MemoryMarshal.Cast<byte, double>(to)); break;
            case DType.F32: Narrow(from, MemoryMarshal.Cast<byte, float>(to)); break;
            case DType.F16 or DType.BF16:
                Span<float> block = stackalloc float[Block];
                for (var i = 0; i < from.Length; i += Block)
                {
                    var part = block[..Math.Min(Block, from.Length - i)];
                    for (var j = 0; j < part.Length; j++) part[j] = HalfKernels.RoundToOdd(from[i + j]);
                    FromSingle(type, part, to.Slice(2 * i, 2 * part.Length));
                }
                break;
            default: throw NoArithmetic(type);
        }
    }

    /// <summary>Rounds values in place to what <paramref name="type"/> can hold.</summary>
    public static void Round(DType type, Span<float> values)
    {
        if (type is DType.F32 or DType.F64) return;
        Span<byte> block = stackalloc byte[2 * Block];
        for (var i = 0; i < values.Length; i += Block)
        {
            var part = values.Slice(i, Math.Min(Block, values.Length - i));
            FromSingle(type, part, block);
            ToSingle(type, block[..(2 * part.Length)], part);
        }
    }

    static void Narrow(ReadOnlySpan<double> from, Span<float> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - 8; i += 8)
            Vector256.Narrow(Vector256.LoadUnsafe(ref source, (nuint)i), Vector256.LoadUnsafe(ref source, (nuint)(i + 4))).StoreUnsafe(ref target, (nuint)i);
        for (; i < from.Length; i++) to[i] = (float)from[i];
    }

    static void Widen(ReadOnlySpan<float> from, Span<double> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - 8; i += 8)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            low.StoreUnsafe(ref target, (nuint)i);
            high.StoreUnsafe(ref target, (nuint)(i + 4));
        }
        for (; i < from.Length; i++) to[i] = from[i];
    }

    /// <summary>For the types weights are not stored in: one call an element, no vectors.</summary>
    static void Cast<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, Func<TFrom, TTo> convert)
    {
        for (var i = 0; i < from.Length; i++) to[i] = convert(from[i]);
    }

    static NotSupportedException NoArithmetic(DType type) => new($"no arithmetic on {type.Name()}");
}
