using System.Runtime.CompilerServices;
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
/// so that its bits do not depend on how the tensor is cut into stretches. The loops are compiled with full optimisation at once: a merge
/// is often over before the runtime would have got round to it.
/// </summary>
public sealed class LowRankUpdate : TensorUpdate
{
    const int RowsAtOnce = 4;
    const int TileRows = 8;
    const int Panel = 16;

    /// <summary>
    /// Right in panels of sixteen columns, each rank × 16 and contiguous, the last one filled up with zeros: its rows lie a power of two
    /// apart in most models, so that reading down a column of Right itself would keep hitting the same cache sets.
    /// </summary>
    readonly float[] panels;

    public LowRankUpdate(float[] left, float[] right, int rank, float scale)
    {
        (Left, Right, Rank, Scale) = (left, right, rank, scale);
        panels = new float[(Columns + Panel - 1) / Panel * Panel * rank];
        for (var k = 0; k < rank; k++)
            for (var c = 0; c < Columns; c += Panel)
                right.AsSpan(k * Columns + c, Math.Min(Panel, Columns - c)).CopyTo(panels.AsSpan(c * rank + k * Panel));
    }

    /// <summary>rows × rank.</summary>
    public float[] Left { get; }

    /// <summary>rank × columns.</summary>
    public float[] Right { get; }

    public int Rank { get; }

    public float Scale { get; }

    public int Rows => Left.Length / Rank;

    public int Columns => Right.Length / Rank;

    /// <summary>scale·B·A as a change of a weight that lies as given.</summary>
    /// <param name="a">r × inputs, row-major.</param>
    /// <param name="b">outputs × r, row-major.</param>
    /// <param name="rank">r.</param>
    /// <param name="scale">What multiplies the product.</param>
    /// <param name="layout">How the weight lies against B·A.</param>
    public static LowRankUpdate Of(float[] a, float[] b, int rank, float scale, WeightLayout layout) =>
        layout == WeightLayout.Direct ? new LowRankUpdate(b, a, rank, scale) : new LowRankUpdate(Transpose(a, rank), Transpose(b, b.Length / rank), rank, scale);

    static float[] Transpose(float[] matrix, int rows)
    {
        var columns = matrix.Length / rows;
        var result = new float[matrix.Length];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++) result[(long)j * rows + i] = matrix[(long)i * columns + j];
        return result;
    }

    public override void Apply(long first, Span<float> values)
    {
        var columns = Columns;
        for (var done = 0; done < values.Length;)
        {
            var row = (int)((first + done) / columns);
            var column = (int)((first + done) % columns);
            var rest = values[done..];
            if (column == 0 && Vector512.IsHardwareAccelerated && rest.Length / TileRows >= columns)
            {
                var rows = rest.Length / columns / TileRows * TileRows;
                AddTiles(row, rows, rest[..(rows * columns)]);
                done += rows * columns;
            }
            else if (column == 0 && rest.Length / RowsAtOnce >= columns)
            {
                AddRows(row, rest[..(RowsAtOnce * columns)]);
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

    /// <summary>
    /// Whole rows, eight at a time, for two panels after two others, so that the panels stay in the first-level cache and the rows' factors in the
    /// second: sixteen accumulators of sixteen lanes.
    /// </summary>
    void AddTiles(int row, int rows, Span<float> values)
    {
        var columns = Columns;
        for (var c = 0; c < columns; c += 2 * Panel)
        {
            // With an odd number of panels the last one is taken twice and counted once.
            var second = c + Panel < columns ? c + Panel : c;
            for (var r = 0; r < rows; r += TileRows)
                AddTile(ref Left[(row + r) * Rank], ref panels[c * Rank], ref panels[second * Rank], values[(r * columns)..], c, second);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddTile(ref float l, ref float p, ref float q, Span<float> values, int column, int second)
    {
        var rank = Rank;
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        Vector512<float> e0 = default, e1 = default, f0 = default, f1 = default, g0 = default, g1 = default, h0 = default, h1 = default;
        for (var k = 0; k < rank; k++)
        {
            var r0 = Vector512.LoadUnsafe(ref p, (nuint)(k * Panel));
            var r1 = Vector512.LoadUnsafe(ref q, (nuint)(k * Panel));
            ref var x = ref Unsafe.Add(ref l, k);
            var factor = Vector512.Create(x);
            a0 = Vector512.FusedMultiplyAdd(factor, r0, a0);
            a1 = Vector512.FusedMultiplyAdd(factor, r1, a1);
            factor = Vector512.Create(Unsafe.Add(ref x, rank));
            b0 = Vector512.FusedMultiplyAdd(factor, r0, b0);
            b1 = Vector512.FusedMultiplyAdd(factor, r1, b1);
            factor = Vector512.Create(Unsafe.Add(ref x, 2 * rank));
            c0 = Vector512.FusedMultiplyAdd(factor, r0, c0);
            c1 = Vector512.FusedMultiplyAdd(factor, r1, c1);
            factor = Vector512.Create(Unsafe.Add(ref x, 3 * rank));
            d0 = Vector512.FusedMultiplyAdd(factor, r0, d0);
            d1 = Vector512.FusedMultiplyAdd(factor, r1, d1);
            factor = Vector512.Create(Unsafe.Add(ref x, 4 * rank));
            e0 = Vector512.FusedMultiplyAdd(factor, r0, e0);
            e1 = Vector512.FusedMultiplyAdd(factor, r1, e1);
            factor = Vector512.Create(Unsafe.Add(ref x, 5 * rank));
            f0 = Vector512.FusedMultiplyAdd(factor, r0, f0);
            f1 = Vector512.FusedMultiplyAdd(factor, r1, f1);
            factor = Vector512.Create(Unsafe.Add(ref x, 6 * rank));
            g0 = Vector512.FusedMultiplyAdd(factor, r0, g0);
            g1 = Vector512.FusedMultiplyAdd(factor, r1, g1);
            factor = Vector512.Create(Unsafe.Add(ref x, 7 * rank));
            h0 = Vector512.FusedMultiplyAdd(factor, r0, h0);
            h1 = Vector512.FusedMultiplyAdd(factor, r1, h1);
        }
        Add(values, column, a0, b0, c0, d0, e0, f0, g0, h0);
        if (second != column) Add(values, second, a1, b1, c1, d1, e1, f1, g1, h1);
    }

    void Add(Span<float> values, int column, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector512<float> e, Vector512<float> f, Vector512<float> g, Vector512<float> h)
    {
        var columns = Columns;
        var width = Math.Min(Panel, columns - column);
        ReadOnlySpan<Vector512<float>> sums = [a, b, c, d, e, f, g, h];
        for (var r = 0; r < TileRows; r++) Add(values.Slice(r * columns + column, width), 0, sums[r].GetLower(), sums[r].GetUpper());
    }

    /// <summary>Four whole rows, a panel at a time: eight accumulators share two loads of the right factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddRows(int row, Span<float> values)
    {
        var (columns, rank) = (Columns, Rank);
        ref var l = ref Left[row * rank];
        ref var r = ref MemoryMarshal.GetArrayDataReference(panels);
        for (var c = 0; c < columns; c += Panel)
        {
            Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (var k = 0; k < rank; k++)
            {
                var r0 = Vector256.LoadUnsafe(ref r);
                var r1 = Vector256.LoadUnsafe(ref r, 8);
                r = ref Unsafe.Add(ref r, Panel);
                var x = Vector256.Create(Unsafe.Add(ref l, k));
                a0 = Vector256.FusedMultiplyAdd(x, r0, a0);
                a1 = Vector256.FusedMultiplyAdd(x, r1, a1);
                x = Vector256.Create(Unsafe.Add(ref l, rank + k));
                b0 = Vector256.FusedMultiplyAdd(x, r0, b0);
                b1 = Vector256.FusedMultiplyAdd(x, r1, b1);
                x = Vector256.Create(Unsafe.Add(ref l, 2 * rank + k));
                c0 = Vector256.FusedMultiplyAdd(x, r0, c0);
                c1 = Vector256.FusedMultiplyAdd(x, r1, c1);
                x = Vector256.Create(Unsafe.Add(ref l, 3 * rank + k));
                d0 = Vector256.FusedMultiplyAdd(x, r0, d0);
                d1 = Vector256.FusedMultiplyAdd(x, r1, d1);
            }
            var width = Math.Min(Panel, columns - c);
            Add(values.Slice(c, width), 0, a0, a1);
            Add(values.Slice(columns + c, width), 0, b0, b1);
            Add(values.Slice(2 * columns + c, width), 0, c0, c1);
            Add(values.Slice(3 * columns + c, width), 0, d0, d1);
        }
    }

    /// <summary>A stretch of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddPart(int row, int column, Span<float> values)
    {
        var l = Left.AsSpan(row * Rank, Rank);
        var skip = column % Panel;
        for (var done = 0; done < values.Length; skip = 0)
        {
            ref var r = ref panels[(column + done - skip) * Rank];
            Vector256<float> low = default, high = default;
            foreach (var factor in l)
            {
                var x = Vector256.Create(factor);
                low = Vector256.FusedMultiplyAdd(x, Vector256.LoadUnsafe(ref r), low);
                high = Vector256.FusedMultiplyAdd(x, Vector256.LoadUnsafe(ref r, 8), high);
                r = ref Unsafe.Add(ref r, Panel);
            }
            var width = Math.Min(Panel - skip, values.Length - done);
            Add(values.Slice(done, width), skip, low, high);
            done += width;
        }
    }

    /// <summary>Adds a panel's sums, from the given column of it on, times the scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(Span<float> values, int skip, Vector256<float> low, Vector256<float> high)
    {
        low *= Scale;
        high *= Scale;
        ref var target = ref MemoryMarshal.GetReference(values);
        if (values.Length == Panel)
        {
            (Vector256.LoadUnsafe(ref target) + low).StoreUnsafe(ref target);
            (Vector256.LoadUnsafe(ref target, 8) + high).StoreUnsafe(ref target, 8);
            return;
        }
        AddSome(values, skip, low, high);
    }

    static void AddSome(Span<float> values, int skip, Vector256<float> low, Vector256<float> high)
    {
        Span<float> sums = stackalloc float[Panel];
        low.CopyTo(sums);
        high.CopyTo(sums[8..]);
        for (var i = 0; i < values.Length; i++) values[i] += sums[skip + i];
    }
}
