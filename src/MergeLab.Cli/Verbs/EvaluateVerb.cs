using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Evaluation;
using MergeLab.Evaluation.Tasks;
using MergeLab.Tables;
using MergeLab.Tensors;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab evaluate</c>: a model, with adapters if any, on a task in JSON lines.</summary>
static class EvaluateVerb
{
    static readonly Option<string> Model = new("--model") { Description = "Folder of the model", HelpName = "DIR", Required = true };
    static readonly Option<string[]> Adapters = new("--adapter") { Description = "Folder of an adapter; several add up", HelpName = "DIR" };
    static readonly Option<string> Data = new("--data") { Description = "JSON lines with input, and target or choices and label", HelpName = "F", Required = true };
    static readonly Option<string> Metric = new("--metric") { Description = "One of score's metrics", HelpName = "M", DefaultValueFactory = _ => "exact_match" };
    static readonly Option<int?> Limit = new("--limit") { Description = "Only the first rows of the split", HelpName = "N" };
    static readonly Option<string?> Split = new("--split") { Description = "Only rows of this split", HelpName = "S" };
    static readonly Option<int> MaxNewTokens = new("--max-new-tokens") { Description = "Longest answer", HelpName = "N", DefaultValueFactory = _ => TaskEvaluator.DefaultNewTokens };
    static readonly Option<string?> Out = new("--out") { Description = "Parquet file of all answers and their scores", HelpName = "F" };

    /// <summary>The document of <c>--json</c>.</summary>
    sealed record Document(
        string Model, IReadOnlyList<string> Adapters, string Data, string? Split, string Metric, double Value, IReadOnlyDictionary<string, double> Values,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Stderr, int Examples);

    public static Verb Create() =>
        new("evaluate", "Score a model on a task", "mergelab evaluate --model experiments/zoo/t5-micro --adapter experiments/zoo/t5-micro-lora/nli --data experiments/zoo/world/nli.jsonl --metric accuracy --split test --json", Run)
        {
            Model, Adapters, Data, Metric, Limit, Split, MaxNewTokens, Out,
        };

    static ExitCode Run(Invocation invocation)
    {
        var metric = MergeLab.Evaluation.Metric.Parse(invocation.Get(Metric)!);
        var (data, split) = (invocation.Get(Data)!, invocation.Get(Split));
        var rows = TaskRowFile.Read(data, split, Positive(invocation, Limit));
        if (metric.Input == MetricInput.Number) throw new ProblemException($"{metric.Name} compares numbers", why: "a model answers in words", remedy: "accuracy or exact_match goes with choices, rouge with texts");
        var device = DeviceOption.Parse(invocation.Device);
        using var model = EvaluatedModel.Open(invocation.Get(Model)!, invocation.Get(Adapters) ?? [], device);
        var longest = Positive(invocation, MaxNewTokens) ?? TaskEvaluator.DefaultNewTokens;
        var score = new TaskEvaluator(model.Model, model.Tokenizer, longest).Run(rows, metric, data, threads: invocation.Threads, cancellation: invocation.Cancellation);
        if (invocation.Get(Out) is { } file) ParquetFile.Write(file, Schema, score.Rows);
        if (invocation.Json)
            invocation.WriteJson(new Document(invocation.Get(Model)!, invocation.Get(Adapters) ?? [], data, split, metric.Name, score.Value, score.Values,
                double.IsFinite(score.StandardError) ? score.StandardError : null, rows.Count));
        else invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", score.Values.Select(v => $"{v.Key} {v.Value:F4}"))} over {rows.Count} examples"));
        return ExitCode.Done;
    }

    static readonly TableSchema<RowScore> Schema = new TableSchema<RowScore>()
        .Text("example", r => r.Id).Double("value", r => double.IsFinite(r.Value) ? r.Value : null).Text("prediction", r => r.Prediction).Text("reference", r => r.Reference);

    static int? Positive<T>(Invocation invocation, Option<T> option) => invocation.Get(option) is not { } given ? null
        : given is int n and > 0 ? n : throw new ProblemException($"{option.Name} {given}: not a positive number", remedy: "give a whole number from 1");
}
