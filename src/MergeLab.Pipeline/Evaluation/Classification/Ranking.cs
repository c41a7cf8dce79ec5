namespace MergeLab.Evaluation.Classification;

/// <summary>What equal values share.</summary>
public enum TieRule
{
    /// <summary>The mean of the ranks they would have.</summary>
    Average,

    /// <summary>The smallest of them.</summary>
    Min,

    /// <summary>The largest of them.</summary>
    Max,

    /// <summary>The smallest, and the next value has the next rank.</summary>
    Dense,

    /// <summary>Nothing: each its own, in order of appearance.</summary>
    Ordinal,
}

/// <summary>Ranks, and the two figures merging papers compare methods by: scores normalised by the individual models', and average rank.</summary>
public static class Ranking
{
    /// <summary>Ranks from 1 for the smallest value.</summary>
    public static double[] Ranks(IReadOnlyList<double> values, TieRule ties = TieRule.Average)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[values.Count];
        var group = 0;
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]]) end++;
            group++;
            for (var k = start; k < end; k++)
            {
                ranks[order[k]] = ties switch
                {
                    TieRule.Average => (start + 1 + end) / 2.0,
                    TieRule.Min => start + 1,
                    TieRule.Max => end,
                    TieRule.Dense => group,
                    _ => k + 1,
                };
            }
            start = end;
        }
        return ranks;
    }

    /// <summary>Ranks from 1 for the best, i.e. largest, score.</summary>
    public static double[] Places(IReadOnlyList<double> scores, TieRule ties = TieRule.Average) => Ranks([.. scores.Select(s => -s)], ties);

    /// <summary>Each method's mean, over the tasks, of its place among the methods.</summary>
    /// <param name="scores">By method, then task.</param>
    public static double[] AveragePlace(IReadOnlyList<double[]> scores)
    {
        var places = new double[scores.Count];
        var tasks = scores.Count == 0 ? 0 : scores[0].Length;
        for (var task = 0; task < tasks; task++)
        {
            var column = Places([.. scores.Select(s => s[task])]);
            for (var method = 0; method < places.Length; method++) places[method] += column[method] / tasks;
        }
        return places;
    }

    /// <summary>A method's scores, each divided by the task's individual model's; their mean is the normalised score (not the quotient of means).</summary>
    public static double[] Normalised(IReadOnlyList<double> scores, IReadOnlyList<double> individual)
    {
        Pairing.Check(scores.Count, individual.Count);
        return [.. scores.Select((s, task) => s / individual[task])];
    }
}
