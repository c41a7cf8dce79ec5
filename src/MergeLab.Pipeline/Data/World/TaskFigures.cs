using System.Globalization;

namespace MergeLab.Data.World;

/// <summary>Mean (rounded down) and greatest number of tokens, the end token counted.</summary>
public sealed record Lengths(int Mean, int Max)
{
    public static Lengths Of(IEnumerable<string> texts)
    {
        int[] lengths = [.. texts.Select(t => WorldVocabulary.Encode(t).Length)];
        return new(lengths.Sum() / lengths.Length, lengths.Max());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean}, {Max}");
}

/// <summary>A task's test rows in figures, and what scores without reading the input.</summary>
/// <param name="Rows">All test rows.</param>
/// <param name="Input">Of the inputs.</param>
/// <param name="Target">Of the targets.</param>
/// <param name="Answers">How many different targets there are.</param>
/// <param name="BestConstant">The most frequent target; for decision tasks this is the majority baseline.</param>
/// <param name="BestConstantRows">Rows it is right on.</param>
public sealed record TaskFigures(IReadOnlyList<Example> Rows, Lengths Input, Lengths Target, int Answers, string BestConstant, int BestConstantRows)
{
    public static TaskFigures Of(WorldTask task, ulong seed)
    {
        Example[] rows = [.. task.Rows(seed, Split.Test, TaskFile.Count(task, Split.Test))];
        var answers = rows.CountBy(r => r.Target, StringComparer.Ordinal).ToList();
        var best = answers.OrderByDescending(a => a.Value).ThenBy(a => a.Key, StringComparer.Ordinal).First();
        return new(rows, Lengths.Of(rows.Select(r => r.Input)), Lengths.Of(rows.Select(r => r.Target)), answers.Count, best.Key, best.Value);
    }
}
