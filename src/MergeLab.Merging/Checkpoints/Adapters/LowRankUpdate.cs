using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>A change of one tensor, ready to be applied to any stretch of it. Thread-safe.</summary>
public abstract class TensorUpdate
{
    /// <summary>Changes elements [first, first + values.Length) of the flattened tensor in place.</summary>
    public abstract void Apply(long first, Span<float> values);
}

/// <summary>
/// Adds Scale·Left·Right, with the factors in the layout of the weight: Left rows × rank, Right rank × columns, both row-major.
/// Each element is the sum over the rank in ascending order with fused multiply-adds, then one product with the scale and one addition,
/// so that its bits do not depend on how the tensor is cut into stretches.
/// </summary>
public sealed class LowRankUpdate(float[] left, float[] right, int rank, float scale) : TensorUpdate
{
    const int RowsAtOnce = 4;

    /// <summary>rows × rank.</summary>
    public float[] Left => left;

    /// <summary>rank × columns.</summary>
    public float[] Right => right;

    public int Rank => rank;

    public float Scale => scale;

    public int Rows => left.Length / rank;

    public int Columns => right.Length / rank;

    public override void Apply(long first, Span<float> values)
    {
        var columns = Columns;
        for (var done = 0; done < values.Length;)
        {
            var row = (int)((first + done) / columns);
            var column = (int)((first + done) % columns);
            var rest = values[done..];
            if (column == 0 && rest.Length >= RowsAtOnce * columns)
            {
                AddRows(row, rest);
                done += RowsAtOnce * columns;
            }
            else
            {
                var count = Math.Min(columns - column, rest.Length);
                AddPart(row, column, rest[..count]);
                done += count;
            }
        }
    }

    /// <summary>Four whole rows, sixteen columns at a time: eight accumulators share two loads of the right factor.</summary>
    void AddRows(int row, Span<float> values)
    {
        var columns = Columns;
        ref var target = ref MemoryMarshal.GetReference(values);
        ref var factor = ref MemoryMarshal.GetArrayDataReference(right);
        var l = left.AsSpan(row * rank, RowsAtOnce * rank);
        var by = Vector256.Create(scale);
        var c = 0;
        for (; c <= columns - 16; c += 16)
        {
            Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (var k = 0; k < rank; k++)
            {
                var at = (nuint)k * (nuint)columns + (nuint)c;
                var r0 = Vector256.LoadUnsafe(ref factor, at);
                var r1 = Vector256.LoadUnsafe(ref factor, at + 8);
                var x = Vector256.Create(l[k]);
                (a0, a1) = (Vector256.FusedMultiplyAdd(x, r0, a0), Vector256.FusedMultiplyAdd(x, r1, a1));
                x = Vector256.Create(l[rank + k]);
                (b0, b1) = (Vector256.FusedMultiplyAdd(x, r0, b0), Vector256.FusedMultiplyAdd(x, r1, b1));
                x = Vector256.Create(l[2 * rank + k]);
                (c0, c1) = (Vector256.FusedMultiplyAdd(x, r0, c0), Vector256.FusedMultiplyAdd(x, r1, c1));
                x = Vector256.Create(l[3 * rank + k]);
                (d0, d1) = (Vector256.FusedMultiplyAdd(x, r0, d0), Vector256.FusedMultiplyAdd(x, r1, d1));
            }
            Add(ref target, c, a0 * by, a1 * by);
            Add(ref target, columns + c, b0 * by, b1 * by);
            Add(ref target, 2 * columns + c, c0 * by, c1 * by);
            Add(ref target, 3 * columns + c, d0 * by, d1 * by);
        }
        for (var i = 0; c < columns && i < RowsAtOnce; i++) AddPart(row + i, c, values.Slice(i * columns + c, columns - c));
    }

    static void Add(ref float target, int at, Vector256<float> low, Vector256<float> high)
    {
        (Vector256.LoadUnsafe(ref target, (nuint)at) + low).StoreUnsafe(ref target, (nuint)at);
        (Vector256.LoadUnsafe(ref target, (nuint)at + 8) + high).StoreUnsafe(ref target, (nuint)at + 8);
    }

    void AddPart(int row, int column, Span<float> values)
    {
        var columns = Columns;
        ref var target = ref MemoryMarshal.GetReference(values);
        ref var factor = ref MemoryMarshal.GetArrayDataReference(right);
        var l = left.AsSpan(row * rank, rank);
        var by = Vector256.Create(scale);
        var c = 0;
        for (; c <= values.Length - 8; c += 8)
        {
            var sum = Vector256<float>.Zero;
            for (var k = 0; k < l.Length; k++)
                sum = Vector256.FusedMultiplyAdd(Vector256.Create(l[k]), Vector256.LoadUnsafe(ref factor, (nuint)k * (nuint)columns + (nuint)(column + c)), sum);
            (Vector256.LoadUnsafe(ref target, (nuint)c) + sum * by).StoreUnsafe(ref target, (nuint)c);
        }
        for (; c < values.Length; c++)
        {
            var sum = 0f;
            for (var k = 0; k < l.Length; k++) sum = MathF.FusedMultiplyAdd(l[k], right[k * columns + column + c], sum);
            values[c] += sum * scale;
        }
    }
}
