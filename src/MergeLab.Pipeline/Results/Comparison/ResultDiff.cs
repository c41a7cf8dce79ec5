using MergeLab.Evaluation.Statistics;
using MergeLab.Results.Locks;

namespace MergeLab.Results.Comparison;

/// <summary>Compares two result sets cell by cell.</summary>
public static class ResultDiff
{
    const double Significant = 0.05;

    /// <summary>Flips that one p value needs so that Holm's correction over many cells can still find it significant.</summary>
    const int FlipsPerCell = 100;

    /// <summary>A comparison without a verdict yet: its test is adjusted for all others first.</summary>
    sealed record Open(CellKey Key, ResultRow Left, ResultRow Right, double Tolerance, double[]? Differences, bool Binary, IReadOnlyList<string> Reasons);

    /// <summary>Compares with the tolerances that the two runtimes call for: none on the same one, the experiment's between two.</summary>
    public static DiffReport Compare(string leftName, StoredResults left, string rightName, StoredResults right)
    {
        var same = SameRuntime(left.Stages, right.Stages);
        var stated = right.Stages?.Tolerance ?? left.Stages?.Tolerance ?? new Dictionary<string, double>();
        var tolerance = same == false ? ToleranceTable.Of(stated) : ToleranceTable.Exact;
        return new DiffReport(leftName, rightName, same, Compare(left.Results, right.Results, tolerance, left.Stages, right.Stages));
    }

    public static IReadOnlyList<CellDiff> Compare(ResultSet left, ResultSet right, ToleranceTable tolerance, PipelineLock? leftStages = null, PipelineLock? rightStages = null)
    {
        var (before, now) = (left.Rows.ToDictionary(CellKey.Of), right.Rows.ToDictionary(CellKey.Of));
        var (done, open) = (new List<CellDiff>(), new List<Open>());
        foreach (var key in before.Keys.Union(now.Keys))
        {
            var (a, b) = (before.GetValueOrDefault(key), now.GetValueOrDefault(key));
            var allowed = tolerance[key.Metric];
            if (a is null || b is null)
            {
                done.Add(new CellDiff(key, a is null ? Verdict.New : Verdict.Missing, a?.Value, b?.Value, allowed, false, null, []));
                continue;
            }
            var within = tolerance.Allows(key.Metric, a.Value, b.Value);
            IReadOnlyList<string> reasons = a.StageKey == b.StageKey ? [] : LockChanges.Of(leftStages, rightStages, b.StageKey);
            if (!Pair(left.ExamplesOf(key), right.ExamplesOf(key), a, b, out var differences, out var binary))
                done.Add(new CellDiff(key, Verdict.Incomparable, a.Value, b.Value, allowed, within, null, reasons));
            else if (within)
                done.Add(new CellDiff(key, Same(a.Value, b.Value) ? Verdict.Identical : Verdict.Equal, a.Value, b.Value, allowed, true, null, reasons));
            else
                open.Add(new Open(key, a, b, allowed, differences, binary, reasons));
        }
        done.AddRange(Judge(open));
        return [.. done.OrderBy(c => c.Key, CellKey.Order)];
    }

    /// <summary>Whether both ran on the same numeric runtime; null where a side does not tell.</summary>
    static bool? SameRuntime(PipelineLock? left, PipelineLock? right) => left is null || right is null ? null : left.Runtimes.SetEquals(right.Runtimes);

    static bool Same(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b);

    /// <summary>False where the two were measured on other examples.</summary>
    static bool Pair(IReadOnlyList<ExampleRow> left, IReadOnlyList<ExampleRow> right, ResultRow a, ResultRow b, out double[]? differences, out bool binary)
    {
        (differences, binary) = (null, false);
        if (a.Examples != b.Examples) return false;
        if (left.Count == 0 || right.Count == 0) return true;
        if (left.Count != right.Count) return false;
        var found = new double[left.Count];
        binary = true;
        for (var i = 0; i < found.Length; i++)
        {
            if (left[i].Example != right[i].Example) return false;
            found[i] = right[i].Value - left[i].Value;
            binary &= left[i].Value is 0 or 1 && right[i].Value is 0 or 1;
        }
        differences = found;
        return true;
    }

    static IEnumerable<CellDiff> Judge(List<Open> open)
    {
        var tested = open.Where(o => o.Differences is not null).ToArray();
        var flips = Math.Max(PairedComparison.Resamples, FlipsPerCell * tested.Length);
        var tests = tested.AsParallel().AsOrdered().Select(o =>
        {
            var (name, p) = PairedComparison.Test(o.Differences!, o.Binary, flips);
            return (Name: name, P: p, Interval: PairedComparison.MeanInterval(o.Differences!));
        }).ToArray();
        var adjusted = Corrections.Holm([.. tests.Select(t => t.P)]);
        for (var i = 0; i < tested.Length; i++)
        {
            var result = new PairedResult(tests[i].Name, tested[i].Differences!.Length, tests[i].P, adjusted[i], tests[i].Interval.Low, tests[i].Interval.High);
            yield return Cell(tested[i], adjusted[i] <= Significant ? Direction(tested[i]) : Verdict.Noise, result);
        }
        // Without examples there is no telling chance from change: the tolerance alone decides.
        foreach (var cell in open.Where(o => o.Differences is null)) yield return Cell(cell, Direction(cell), null);
    }

    static CellDiff Cell(Open cell, Verdict verdict, PairedResult? test) => new(cell.Key, verdict, cell.Left.Value, cell.Right.Value, cell.Tolerance, false, test, cell.Reasons);

    static Verdict Direction(Open cell) =>
        double.IsNaN(cell.Left.Value) || cell.Right.Value > cell.Left.Value == !MetricScale.LowerIsBetter(cell.Key.Metric) && !double.IsNaN(cell.Right.Value) ? Verdict.Better : Verdict.Worse;
}
