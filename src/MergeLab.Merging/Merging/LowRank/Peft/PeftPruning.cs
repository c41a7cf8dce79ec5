using MergeLab.Merging.Draws;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>The element-wise parts of PEFT's combinations (peft.utils.merge_utils), on whole tensors of one module.</summary>
static class PeftPruning
{
    /// <summary>Keeps the ⌊density·n⌋ entries of largest magnitude; of equal ones the first.</summary>
    public static void Trim(double[] values, double density, string? compat)
    {
        if (density >= 1) return;
        var keep = compat == "peft" ? (int)(density * values.Length) : (int)RankShare.Floor(density, values.Length);
        var order = new int[values.Length];
        for (var e = 0; e < order.Length; e++) order[e] = e;
        Array.Sort(order, (x, y) => Math.Abs(values[y]).CompareTo(Math.Abs(values[x])) is not 0 and var other ? other : x.CompareTo(y));
        foreach (var e in order.AsSpan(keep)) values[e] = 0;
    }

    /// <summary>Drops entries at random and divides the others by the density (Yu et al., DARE, 2024).</summary>
    public static void Drop(double[] values, double density, LowRankRun run, string model, string tensor)
    {
        if (density >= 1) return;
        var mask = run.Masks?.Find(tensor, model, values.Length);
        var random = CounterRandom.For(run.Seed, model, tensor);
        for (var e = 0; e < values.Length; e++)
        {
            var keeps = run.Masks is null ? random.Uniform(e) < density : mask?.Keeps(e) ?? true;
            values[e] = keeps ? values[e] / density : 0;
        }
    }

    public static double[] Sum(double[][] tasks, double[] weights)
    {
        var sum = new double[tasks[0].Length];
        for (var t = 0; t < tasks.Length; t++)
            for (var e = 0; e < sum.Length; e++) sum[e] += weights[t] * tasks[t][e];
        return sum;
    }

    /// <summary>Elects a sign from the unweighted values (zero counts as plus), and averages the weighted values that have it.</summary>
    public static double[] Elect(double[][] tasks, double[] weights, bool frequency)
    {
        var merged = new double[tasks[0].Length];
        for (var e = 0; e < merged.Length; e++)
        {
            var vote = 0.0;
            foreach (var task in tasks) vote += frequency ? Math.Sign(task[e]) : task[e];
            var sign = vote >= 0 ? 1 : -1;
            var (sum, count) = (0.0, 0);
            for (var t = 0; t < tasks.Length; t++)
            {
                if (Math.Sign(tasks[t][e]) != sign) continue;
                sum += weights[t] * tasks[t][e];
                count++;
            }
            merged[e] = sum / Math.Max(1, count);
        }
        return merged;
    }
}
