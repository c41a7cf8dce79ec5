using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Reporting;

/// <summary>The answer to a report's question.</summary>
/// <param name="Subject">The method asked about.</param>
/// <param name="Other">What it is compared with; null where there is nothing to compare.</param>
/// <param name="Low">Of the 95 % interval of the difference (paired BCa bootstrap over examples); null without examples.</param>
/// <param name="Outcome">better, worse, same (the interval holds 0) or open (no interval).</param>
sealed record Finding(ResultRow Subject, ResultRow? Other, double? Low, double? High, string Outcome)
{
    public double Difference => Subject.Value - (Other?.Value ?? 0);

    /// <summary>Null where there are no results.</summary>
    public static Finding? Of(ReportModel model)
    {
        var methods = Order.Methods(model).Where(m => !model.Baselines.Contains(m)).ToArray();
        var (name, against) = model.Question is { } asked ? (asked.Method, asked.Against) : (methods.FirstOrDefault(), methods.Length > 1 ? methods[1] : null);
        var metric = model.Question?.Metric ?? model.Tables.Select(t => t.Metric).Concat(model.Figures.Select(f => f.Y)).FirstOrDefault();
        var task = model.Question?.Task ?? model.Tables.Select(t => t.Task).Concat(model.Figures.Select(f => f.Task)).FirstOrDefault(t => t is not null);
        var candidates = model.Results.Rows.Where(r => (metric is null || r.Metric == metric) && (task is null || r.Task == task) && (model.Question?.Set is not { } set || r.SetName == set));
        var pairs = candidates.Where(r => r.Method == name)
            .Select(r => (Row: r, Other: model.Results.Rows.FirstOrDefault(o => o.Method == against && (o.SetName, o.Task, o.Split, o.Metric) == (r.SetName, r.Task, r.Split, r.Metric))))
            .OrderByDescending(p => p.Other is not null).ThenByDescending(p => p.Row.Models);
        return pairs.Select(p => p.Other is null ? new Finding(p.Row, null, null, null, "open") : Compare(model.Results, p.Row, p.Other)).FirstOrDefault();
    }

    /// <summary>"GeoMed − average on 20 models: −0.0008 ROUGE-1 [−0.004, 0.002]: no difference".</summary>
    public string Sentence
    {
        get
        {
            var (metric, models) = (Subject.Metric, Subject.Models > 0 ? $" on {Labels.Models(Subject.Models)}" : "");
            if (Other is null)
                return $"{Labels.Method(Subject)}{models}: {Labels.Value(Subject.Value, metric)} {Labels.Metric(metric)}{(Estimate.Interval(Subject) is { } own ? $" {Labels.Interval(own.Low, own.High, metric)}" : "")}";
            var verdict = Outcome switch
            {
                "same" => "no difference",
                "open" => "no examples to judge it by",
                _ => $"{Labels.Method(Subject)} is {Outcome}",
            };
            var interval = Low is { } low && High is { } high ? $" {Labels.Interval(low, high, metric)}" : "";
            return $"{Labels.Method(Subject)} − {Labels.Method(Other)}{models}: {Labels.Value(Difference, metric)} {Labels.Metric(metric)}{interval}: {verdict}";
        }
    }

    static Finding Compare(ResultSet results, ResultRow row, ResultRow other)
    {
        var (a, b) = (results.ExamplesOf(CellKey.Of(row)), results.ExamplesOf(CellKey.Of(other)));
        if (a.Count == 0 || !a.Select(e => e.Example).SequenceEqual(b.Select(e => e.Example))) return new Finding(row, other, null, null, "open");
        var interval = PairedComparison.MeanInterval([.. a.Zip(b, (x, y) => x.Value - y.Value)]);
        var outcome = interval.Low <= 0 && interval.High >= 0 ? "same" : interval.Low > 0 == !MetricScale.LowerIsBetter(row.Metric) ? "better" : "worse";
        return new Finding(row, other, interval.Low, interval.High, outcome);
    }
}
