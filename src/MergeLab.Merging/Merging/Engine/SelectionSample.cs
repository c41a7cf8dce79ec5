using System.Numerics;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>
/// A first guess of where the k-th largest magnitudes lie, from short runs of elements spread over the data. Wrong guesses cost time, not
/// exactness. Neighbours in a weight matrix are alike, so the width of the guess follows how much the runs differ from each other.
/// </summary>
static unsafe class SelectionSample
{
    const int RunElements = 64;
    const int LeastElements = 1 << 13;
    const int MostElements = 1 << 20;
    const int ElementsPerSample = 512;
    const double Deviations = 4.5;
    const int RunsTogether = 64;

    /// <summary>Below this a sample costs more than it saves.</summary>
    public const long LeastCount = 1 << 17;

    public static void Narrow<T>(SelectionData<T> data, SelectionRow<T>[] rows, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var runs = (int)(Math.Clamp(data.Count / ElementsPerSample, LeastElements, MostElements) / RunElements);
        var samples = new T[rows.Length][];
        for (var r = 0; r < rows.Length; r++) samples[r] = new T[runs * RunElements];
        var pieces = (runs + RunsTogether - 1) / RunsTogether;
        Workers.For(run, pieces, piece =>
        {
            for (var j = (int)piece * RunsTogether; j < Math.Min(runs, ((int)piece + 1) * RunsTogether); j++)
            {
                var done = 0;
                void Copy(long first, int count, T* block)
                {
                    for (var r = 0; r < rows.Length; r++)
                        for (var e = 0; e < count; e++) samples[r][j * RunElements + done + e] = T.Abs(block[r * count + e]);
                    done += count;
                }
                data.ForBlocks(data.At(Position(j, runs, data.Count), RunElements), null, Copy);
            }
        });
        Workers.For(run, rows.Length, r => Narrow(rows[r], samples[r], data.Count));
    }

    /// <summary>Somewhere in the j-th of equal parts: evenly spread, but not in step with the rows of a matrix.</summary>
    static long Position(int j, int runs, long count)
    {
        var (from, end) = ((long)((UInt128)count * (uint)j / (uint)runs), (long)((UInt128)count * ((uint)j + 1) / (uint)runs));
        var scatter = (uint)j * 0x9E3779B1u;
        scatter ^= scatter >> 15;
        return from + (long)((ulong)Math.Max(1, end - from - RunElements) * (scatter * 0x85EBCA6Bu >> 8) >> 24);
    }

    static void Narrow<T>(SelectionRow<T> row, T[] sample, long count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var middle = (long)((double)row.Keep / count * sample.Length);
        var copy = sample.ToArray();
        var guess = RadixSelection.Largest<T>(copy, Math.Clamp(middle, 1, sample.Length));
        var (sum, squares) = (0.0, 0.0);
        for (var at = 0; at < sample.Length; at += RunElements)
        {
            var above = 0;
            foreach (var value in sample.AsSpan(at, RunElements))
                if (value > guess) above++;
            sum += above;
            squares += (double)above * above;
        }
        var runs = sample.Length / RunElements;
        var spread = Math.Sqrt(Math.Max(0, squares - sum * sum / runs)) + Math.Sqrt(RunElements);
        var margin = (long)(Deviations * spread) + 1;

        var (low, high) = (T.Zero, T.PositiveInfinity);
        if (middle + margin <= sample.Length)
        {
            sample.CopyTo(copy, 0);
            low = RadixSelection.Largest<T>(copy, middle + margin);
        }
        if (middle - margin >= 1)
        {
            sample.CopyTo(copy, 0);
            high = RadixSelection.Largest<T>(copy, middle - margin);
        }
        var within = 0;
        foreach (var value in sample)
            if (value > low && value < high) within++;
        row.Look(low, high, (within + 1.0) / sample.Length * count);
    }
}
