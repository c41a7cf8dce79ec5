using System.Text.Json;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Experiments.Parameters;
using MergeLab.Results;
using MergeLab.Tables;

namespace MergeLab.Stages;

/// <summary>All cells of an experiment in one table, and all answers in another: what the evaluations found, under the names the experiment gives.</summary>
public sealed class ReportStage : IStageKind
{
    public string Name => Experiments.Graph.StageKinds.Report;

    public int CodeVersion => 1;

    public bool IsNumeric(StageNode node) => false;

    public long EstimateMemory(StageNode node) => (64L << 20) + node.Needs.Count * (4L << 20);

    public void Run(StageContext context)
    {
        var parameters = StageParameters.Read<ReportParameters>(context.Node);
        var rows = new List<ResultRow>();
        var examples = new List<ExampleRow>();
        using var database = DuckDatabase.OpenInMemory();
        for (var i = 0; i < parameters.Cells.Count; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var cell = parameters.Cells[i];
            var folder = context.Inputs[StageRoles.EvaluateAt(i)];
            var summary = JsonSerializer.Deserialize<EvaluateStage.EvaluationSummary>(File.ReadAllText(Path.Combine(folder, EvaluateStage.SummaryFile)))!;
            var answers = ReadAnswers(database, Path.Combine(folder, EvaluateStage.ExamplesFile));
            foreach (var metric in cell.Metrics)
            {
                var own = answers.Where(a => a.Metric == metric).ToList();
                double? published = cell.Published.TryGetValue(metric, out var figure) ? figure : null;
                rows.Add(new ResultRow(
                    parameters.Experiment, cell.Method, cell.Variant, cell.SetName, cell.Models, cell.Task, cell.Split, metric, summary.Figures[metric],
                    StandardError(own), summary.Examples, published, published is null ? null : parameters.Published?.Setup, summary.MergeDigest ?? "", summary.StageKey));
                examples.AddRange(own.Select(a => new ExampleRow(
                    parameters.Experiment, cell.Method, cell.Variant, cell.SetName, cell.Task, cell.Split, metric, a.Example, a.Value, a.Prediction, a.Reference)));
            }
        }
        ResultFiles.WriteRun(context.Output, new ResultSet(rows, examples));
    }

    static List<EvaluateStage.Answer> ReadAnswers(DuckDatabase database, string file)
    {
        using var result = database.Query($"SELECT example, metric, value, prediction, reference FROM {TableFile.Source(file)} WHERE value IS NOT NULL");
        return [.. result.Rows().Select(r => new EvaluateStage.Answer((string)r[0]!, (string)r[1]!, (double)r[2]!, (string)r[3]!, (string)r[4]!))];
    }

    /// <summary>sd/√n over examples; null where a figure has no value for single examples.</summary>
    static double? StandardError(List<EvaluateStage.Answer> answers)
    {
        if (answers.Count < 2) return null;
        var mean = answers.Average(a => a.Value);
        return Math.Sqrt(answers.Sum(a => (a.Value - mean) * (a.Value - mean)) / (answers.Count - 1) / answers.Count);
    }
}
