using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Evaluation;
using MergeLab.Evaluation.Tasks;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Experiments.Parameters;
using MergeLab.Store;
using MergeLab.Tables;

namespace MergeLab.Stages;

/// <summary>A model on a task: the answers, their value by each figure, and the figures over all of them.</summary>
public sealed class EvaluateStage : IStageKind
{
    public const string SummaryFile = "evaluation.json";
    public const string ExamplesFile = "examples.parquet";

    public string Name => Experiments.Graph.StageKinds.Evaluate;

    public int CodeVersion => 1;

    public bool IsNumeric(StageNode node) => true;

    public long EstimateMemory(StageNode node) => 400L << 20;

    public void Run(StageContext context)
    {
        var parameters = StageParameters.Read<EvaluateParameters>(context.Node);
        var data = context.Node.Files[StageRoles.Data];
        var rows = RowSample.Take(TaskRowFile.Read(data, parameters.Split), parameters.Limit, parameters.Seed);
        var (folder, adapter) = ModelOf(context);
        string[] predictions;
        using (var model = EvaluatedModel.Open(folder, adapter is null ? [] : [adapter]))
        {
            var longest = parameters.Generate?.MaxNewTokens ?? TaskEvaluator.DefaultNewTokens;
            predictions = new TaskEvaluator(model.Model, model.Tokenizer, longest).Predict(rows, data, context.Threads, context.Cancellation);
        }
        context.Progress(0.95);

        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var answers = new List<Answer>();
        foreach (var request in parameters.Metrics)
        {
            var metric = Metric.Parse(request.Name);
            var result = metric.Score(
                [.. predictions.Select(p => (MetricValue)p)], [.. rows.Select(r => r.References.Select(t => (MetricValue)t).ToArray())], request.Options, context.Threads);
            foreach (var (name, value) in result.Corpus.Values.Where(v => request.Figures.Contains(v.Key))) figures[name] = value;
            for (var i = 0; i < result.Examples.Count; i++)
                foreach (var (name, value) in result.Examples[i].Values.Where(v => request.Figures.Contains(v.Key)))
                    answers.Add(new Answer(rows[i].Id, name, value, predictions[i], rows[i].References[0]));
        }
        ParquetFile.Write(Path.Combine(context.Output, ExamplesFile), Schema, answers);
        // The key makes a re-run visible to the report even where its figures are the same.
        var summary = new EvaluationSummary(context.Key, DigestOf(context, folder, adapter), rows.Count, figures);
        File.WriteAllText(Path.Combine(context.Output, SummaryFile), JsonSerializer.Serialize(summary) + "\n");
    }

    /// <summary>An answer and its value by one figure.</summary>
    public sealed record Answer(string Example, string Metric, double Value, string Prediction, string Reference);

    /// <param name="StageKey">Of this evaluation.</param>
    /// <param name="MergeDigest">sha256 of the tensors file of the evaluated adapter or merged model; null for the base alone.</param>
    /// <param name="Examples">Rows.</param>
    /// <param name="Figures">By name.</param>
    public sealed record EvaluationSummary(string StageKey, string? MergeDigest, int Examples, IReadOnlyDictionary<string, double> Figures);

    public static TableSchema<Answer> Schema { get; } = new TableSchema<Answer>()
        .Text("example", a => a.Example).Text("metric", a => a.Metric).Double("value", a => double.IsFinite(a.Value) ? a.Value : null)
        .Text("prediction", a => a.Prediction).Text("reference", a => a.Reference);

    /// <summary>A merged model stands alone; a merged or single adapter goes with the base.</summary>
    static (string Folder, string? Adapter) ModelOf(StageContext context)
    {
        var basis = context.Node.Files[StageRoles.Base];
        if (!context.Inputs.TryGetValue(StageRoles.Merge, out var merged)) return (basis, context.Node.Files.GetValueOrDefault(StageRoles.Adapter));
        var model = Path.Combine(merged, MergeStage.ModelFolder);
        return Directory.Exists(model) ? (model, null) : (basis, Path.Combine(merged, VectorsStage.AdapterFolder));
    }

    static string? DigestOf(StageContext context, string folder, string? adapter) =>
        adapter is not null ? Digests.OfFile(Path.Combine(adapter, PeftAdapter.WeightsFile))
        : context.Inputs.ContainsKey(StageRoles.Merge) ? Digests.OfFile(Path.Combine(folder, Checkpoint.SingleFile)) : null;
}
