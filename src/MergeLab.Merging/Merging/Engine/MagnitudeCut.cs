using System.Numerics;

namespace MergeLab.Merging.Engine;

/// <summary>
/// Keeps exactly k elements of largest magnitude: those above the threshold, and of those that equal it the first by index.
/// </summary>
/// <param name="Threshold">The k-th largest magnitude.</param>
/// <param name="LastTie">Index of the last kept element of that magnitude; -1 keeps none of them.</param>
public readonly record struct MagnitudeCut<T>(T Threshold, long LastTie) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public bool Keeps(T value, long index)
    {
        var magnitude = T.Abs(value);
        return magnitude > Threshold || (magnitude == Threshold && index <= LastTie);
    }
}

/// <summary>Finds cuts by exact selection.</summary>
public static class MagnitudeSelection
{
    /// <summary>One cut per row, per tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="space">What the rows hold.</param>
    /// <param name="run">Threads and cancellation.</param>
    /// <param name="keep">For each row, how many elements to keep, between 0 and all.</param>
    public static MagnitudeCut<T>[] Largest<T>(TensorMerge tensor, InputSpace space, MergeRun run, IReadOnlyList<long> keep) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = (int)tensor.Output.Count;
        var rows = TensorBlocks.Rows(tensor, space).Count;
        var all = new T[(long)rows * count];
        TensorBlocks.Read(tensor, space, 0, all.AsSpan(), new T[count].AsSpan());
        var cuts = new MagnitudeCut<T>[rows];
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = run.Threads }, r => cuts[r] = Cut(all.AsSpan(r * count, count), keep[r]));
        return cuts;
    }

    static MagnitudeCut<T> Cut<T>(ReadOnlySpan<T> values, long keep) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (keep <= 0) return new MagnitudeCut<T>(T.PositiveInfinity, -1);
        if (keep >= values.Length) return new MagnitudeCut<T>(T.Zero, long.MaxValue);
        var sorted = new T[values.Length];
        for (var i = 0; i < sorted.Length; i++) sorted[i] = T.Abs(values[i]);
        Array.Sort(sorted);
        var threshold = sorted[^(int)keep];
        var ties = keep;
        foreach (var value in values)
            if (T.Abs(value) > threshold) ties--;
        var index = -1;
        while (ties > 0)
            if (T.Abs(values[++index]) == threshold) ties--;
        return new MagnitudeCut<T>(threshold, index);
    }
}
