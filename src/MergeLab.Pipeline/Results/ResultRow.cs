namespace MergeLab.Results;

/// <summary>One cell of an experiment's results: a merge on a task by a metric. A row of <c>results.parquet</c>.</summary>
/// <param name="Variant">Canonical JSON of the varied parameters; "{}" without any.</param>
/// <param name="Models">Number of merged models; 0 for the pretrained model.</param>
/// <param name="StdErr">sd/√n over examples; null where examples have no value of their own.</param>
/// <param name="Published">A paper's figure for this cell, or null.</param>
/// <param name="MergeDigest">Digest of the merged model's tensors.</param>
public sealed record ResultRow(
    string Experiment, string Method, string Variant, string SetName, int Models, string Task, string Split, string Metric,
    double Value, double? StdErr, long Examples, double? Published, string? PublishedSetup, string MergeDigest, string StageKey);

/// <summary>One example's value. A row of <c>examples.parquet</c>.</summary>
public sealed record ExampleRow(
    string Experiment, string Method, string Variant, string SetName, string Task, string Split, string Metric,
    string Example, double Value, string Prediction, string Reference);
