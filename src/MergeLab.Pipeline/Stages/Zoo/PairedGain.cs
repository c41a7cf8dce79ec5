using MergeLab.Evaluation.Statistics;
using MergeLab.Evaluation.Tasks;

namespace MergeLab.Stages.Zoo;

/// <summary>What a model gains over another on the same rows.</summary>
/// <param name="Value">The model's score.</param>
/// <param name="Reference">The other's.</param>
/// <param name="Low">Of the 95 % interval of the gain (paired t).</param>
/// <param name="High">Of the 95 % interval of the gain.</param>
/// <param name="P">Two-sided: McNemar's exact test where rows are right or wrong, else the paired t-test.</param>
public sealed record PairedGain(double Value, double Reference, double Low, double High, double P)
{
    public double Gain => Value - Reference;

    public static PairedGain Of(TaskScore model, TaskScore reference) => Of([model], [reference]);

    /// <summary>Over several tasks of equally many rows: the mean of their scores.</summary>
    public static PairedGain Of(IReadOnlyList<TaskScore> model, IReadOnlyList<TaskScore> reference)
    {
        var (ours, theirs) = (Values(model), Values(reference));
        var t = PairedTests.T(ours, theirs);
        var binary = ours.Concat(theirs).All(v => v is 0 or 1);
        var p = binary ? PairedTests.McNemarExact(Count(ours, theirs), Count(theirs, ours)) : t.P;
        return new PairedGain(model.Average(s => s.Value), reference.Average(s => s.Value), t.Low, t.High, p);
    }

    static double[] Values(IEnumerable<TaskScore> scores) => [.. scores.SelectMany(s => s.Rows).Select(r => r.Value)];

    /// <summary>Rows that the first alone gets right.</summary>
    static int Count(double[] a, double[] b) => a.Zip(b).Count(p => p.First > p.Second);
}
