using System.Buffers;
using System.Numerics;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>
/// Exact selection of the k-th largest magnitude of every row in streaming passes and bounded memory. A sample gives a range for each row; one
/// pass counts what lies above it and on its ends (where ties gather) and stores what lies strictly inside, a few percent; the answer is
/// among these. Where the range misses, or too much lies inside, passes that count by digits narrow it first.
/// </summary>
sealed unsafe class RowSelection<T>(SelectionData<T> data, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const long StoredBytes = 48 << 20;

    /// <summary>What a pass saw of one row in one chunk.</summary>
    record struct Part(long Above, int AtLow, int AtHigh, int InsideCount, T[]? Inside);

    /// <summary>A row's threshold; where some elements of that magnitude are dropped, the tensor and index of the last that is kept.</summary>
    public readonly record struct Cut(T Threshold, int TieTensor, long LastTie);

    public Cut[] Run(IReadOnlyList<long> keep)
    {
        var rows = keep.Select(k => new SelectionRow<T>(k)).ToArray();
        var cuts = new Cut[rows.Length];
        var open = new List<int>();
        for (var r = 0; r < rows.Length; r++)
        {
            if (keep[r] <= 0) cuts[r] = new Cut(T.PositiveInfinity, 0, -1);
            else if (keep[r] >= data.Count) cuts[r] = new Cut(T.Zero, int.MaxValue, long.MaxValue);
            else open.Add(r);
        }
        if (open.Count == 0) return cuts;
        if (data.Count >= SelectionSample.LeastCount) SelectionSample.Narrow(data, rows, run);
        else foreach (var row in rows) row.Look(T.Zero, T.PositiveInfinity, data.Count);

        while (open.Count > 0)
        {
            if (open.Sum(r => rows[r].Expected) * sizeof(T) > StoredBytes)
            {
                DigitCounts.Narrow(data, rows, open, run);
                continue;
            }
            var parts = Collect(rows, open);
            var resolved = new bool[rows.Length];
            Workers.For(run, open.Count, o => resolved[open[(int)o]] = Resolve(rows[open[(int)o]], parts, open[(int)o]));
            var found = open.Where(r => resolved[r]).ToArray();
            Workers.For(run, found.Length, i => cuts[found[i]] = Locate(rows[found[i]], parts, found[i]));
            open = [.. open.Except(found)];
        }
        return cuts;
    }

    Part[][] Collect(SelectionRow<T>[] rows, List<int> open)
    {
        var parts = new Part[data.Chunks.Count][];
        var stored = 0L;
        Workers.For(run, parts.Length, c =>
        {
            var chunk = data.Chunks[(int)c];
            var room = chunk.Length + RangeScan.Slack;
            var inside = ArrayPool<T>.Shared.Rent(open.Count * room);
            var within = ArrayPool<T>.Shared.Rent(TensorBlocks.BlockElements + RangeScan.Slack);
            var part = parts[c] = new Part[rows.Length];
            fixed (T* insideStart = inside, withinStart = within)
            {
                var strictly = insideStart;
                var loosely = withinStart;
                var counted = CountStored(chunk, rows, open, loosely, strictly, room, part);
                if (counted < chunk.Length) data.ForBlocks(chunk with { First = chunk.First + counted, Length = chunk.Length - counted }, open.Count == 1 ? open[0] : null, (first, count, block) =>
                {
                    for (var o = 0; o < open.Count; o++)
                    {
                        ref var own = ref part[open[o]];
                        var above = 0L;
                        var n = RangeScan.Run(block + open[o] * count, count, rows[open[o]].Low, rows[open[o]].High, loosely, ref above);
                        own.Above += above;
                        Divide(rows[open[o]], loosely, n, strictly + o * room, ref own);
                    }
                });
            }
            for (var o = 0; o < open.Count; o++)
            {
                ref var p = ref part[open[o]];
                // A range that holds far more than the sample said is narrowed by another pass.
                if (Interlocked.Add(ref stored, p.InsideCount) * sizeof(T) <= 2 * StoredBytes) p.Inside = inside.AsSpan(o * room, p.InsideCount).ToArray();
            }
            ArrayPool<T>.Shared.Return(inside);
            ArrayPool<T>.Shared.Return(within);
        });
        return parts;
    }

    /// <summary>Counts straight from mapped memory what lies there; how many elements that were.</summary>
    int CountStored(SelectionData<T>.Chunk chunk, SelectionRow<T>[] rows, List<int> open, T* within, T* inside, int room, Part[] parts)
    {
        var pointers = stackalloc byte*[2 * data.Rows];
        if (!open.TrueForAll(r => rows[r].Low <= rows[r].High)) return 0;
        var block = data.Stored(chunk, pointers);
        var finite = true;
        for (var at = 0; at < block.Length; at += TensorBlocks.BlockElements)
        {
            var stretch = block.Part(at, Math.Min(TensorBlocks.BlockElements, block.Length - at), pointers + data.Rows);
            if (stretch.Base != null) finite &= stretch.Run(new StoredCheck());
            for (var o = 0; o < open.Count; o++)
            {
                var row = rows[open[o]];
                var (n, above) = (0, 0L);
                finite &= stretch.Run(new StoredScan(open[o], (float)(object)row.Low, (float)(object)row.High, (float*)within, &n, &above));
                parts[open[o]].Above += above;
                Divide(row, within, n, inside + o * room, ref parts[open[o]]);
            }
        }
        if (!finite) data.Refuse(chunk);
        return block.Length;
    }

    /// <summary>Divides what lies in a row's range, ends included, into its ends and what is strictly inside.</summary>
    static void Divide(SelectionRow<T> row, T* within, int count, T* inside, ref Part part)
    {
        if (count == 0) return;
        var atHigh = 0L;
        var strict = RangeScan.Run(within, count, T.BitIncrement(row.Low), T.BitDecrement(row.High), inside + part.InsideCount, ref atHigh);
        part.AtHigh += (int)atHigh;
        part.AtLow += count - strict - (int)atHigh;
        part.InsideCount += strict;
    }

    static bool Resolve(SelectionRow<T> row, Part[][] parts, int r)
    {
        long above = 0, atLow = 0, atHigh = 0, inside = 0;
        var whole = true;
        foreach (var chunk in parts)
        {
            ref var part = ref chunk[r];
            above += part.Above;
            atLow += part.AtLow;
            atHigh += part.AtHigh;
            inside += part.InsideCount;
            whole &= part.Inside is not null;
        }
        if (!row.Holds(above, atLow + atHigh + inside)) return false;
        var rest = row.Keep - above;
        if (rest <= atHigh)
        {
            row.Found(row.High, rest, atHigh);
            return true;
        }
        if (rest > atHigh + inside)
        {
            row.Found(row.Low, rest - atHigh - inside, atLow);
            return true;
        }
        if (!whole)
        {
            row.Look(row.Low, row.High, double.PositiveInfinity);
            return false;
        }
        var (bin, over) = InsideSelection.Bin(parts.Select(chunk => chunk[r].Inside!), row, rest - atHigh);
        var threshold = RadixSelection.Largest<T>(bin.ToArray(), rest - atHigh - over);
        over += atHigh + bin.LongCount(value => value > threshold);
        var ties = bin.LongCount(value => value == threshold);
        row.Found(threshold, rest - over, ties);
        return true;
    }

    /// <summary>Finds the last tie that is kept: counts say in which chunk, and that is read again.</summary>
    Cut Locate(SelectionRow<T> row, Part[][] parts, int r)
    {
        var threshold = row.Threshold!.Value;
        if (row.KeepsAllTies) return new Cut(threshold, int.MaxValue, long.MaxValue);
        var rest = row.TiesKept;
        var c = 0;
        for (; ; c++)
        {
            var ties = Ties(row, threshold, parts[c][r]);
            if (rest <= ties) break;
            rest -= ties;
        }
        var last = -1L;
        data.ForBlocks(data.Chunks[c], r, (first, count, block) =>
        {
            for (var e = 0; e < count && rest > 0; e++)
                if (T.Abs(block[r * count + e]) == threshold && --rest == 0) last = first + e;
        });
        return new Cut(threshold, data.Chunks[c].Tensor, last);
    }

    static int Ties(SelectionRow<T> row, T threshold, in Part part) =>
        threshold == row.High ? part.AtHigh : threshold == row.Low ? part.AtLow : part.Inside.AsSpan().Count(threshold);
}
