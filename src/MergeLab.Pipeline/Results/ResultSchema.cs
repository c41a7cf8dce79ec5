using MergeLab.Tables;

namespace MergeLab.Results;

/// <summary>Columns of the result files. Their names are a contract: people query them.</summary>
static class ResultSchema
{
    public static readonly TableSchema<ResultRow> Results = new TableSchema<ResultRow>()
        .Text("experiment", r => r.Experiment).Text("method", r => r.Method).Text("variant", r => r.Variant).Text("set_name", r => r.SetName).Int32("models", r => r.Models)
        .Text("task", r => r.Task).Text("split", r => r.Split).Text("metric", r => r.Metric).Double("value", r => r.Value).Double("stderr", r => r.StdErr)
        .Int64("examples", r => r.Examples).Double("published", r => r.Published).Text("published_setup", r => r.PublishedSetup)
        .Text("merge_digest", r => r.MergeDigest).Text("stage_key", r => r.StageKey);

    public static readonly TableSchema<ExampleRow> SlimExamples = Keys().Double("value", e => e.Value);

    public static readonly TableSchema<ExampleRow> Examples = Keys().Double("value", e => e.Value).Text("prediction", e => e.Prediction).Text("reference", e => e.Reference);

    public static readonly TableSchema<TimingRow> Timings = new TableSchema<TimingRow>()
        .Text("experiment", t => t.Experiment).Text("stage", t => t.Stage).Text("kind", t => t.Kind).Text("stage_key", t => t.StageKey).Text("state", t => t.State)
        .Double("seconds", t => t.Seconds).Int64("bytes", t => t.Bytes).Int64("peak_memory", t => t.PeakMemory);

    static TableSchema<ExampleRow> Keys() => new TableSchema<ExampleRow>()
        .Text("experiment", e => e.Experiment).Text("method", e => e.Method).Text("variant", e => e.Variant).Text("set_name", e => e.SetName)
        .Text("task", e => e.Task).Text("split", e => e.Split).Text("metric", e => e.Metric).Text("example", e => e.Example);
}
