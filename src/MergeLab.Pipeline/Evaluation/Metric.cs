using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Evaluation;

/// <summary>What a metric compares.</summary>
public enum MetricInput
{
    Text,
    Number,

    /// <summary>Texts or numbers, the same on both sides.</summary>
    Label,
}

/// <summary>A score of one example or of all.</summary>
/// <param name="Values">The figures that are compared and tabulated, by name: for ROUGE the F of each measure, for most metrics one, named as the metric.</param>
/// <param name="Details">All of it, to be written as JSON.</param>
public sealed record MetricScore(IReadOnlyDictionary<string, double> Values, object Details)
{
    internal static MetricScore Of(string name, double value) => new(new Dictionary<string, double> { [name] = value }, new Dictionary<string, double> { ["value"] = value });
}

/// <param name="Options">What it was computed with, defaults included.</param>
/// <param name="Corpus">Over all examples; not always a mean of theirs.</param>
/// <param name="Examples">One per prediction; empty where the metric has none for a single one.</param>
public sealed record MetricResult(IReadOnlyDictionary<string, object?> Options, MetricScore Corpus, IReadOnlyList<MetricScore> Examples);

/// <summary>What a metric computes from: each prediction goes with one or more references.</summary>
sealed record MetricCall(IReadOnlyList<MetricValue> Predictions, IReadOnlyList<IReadOnlyList<MetricValue>> References, MetricOptions Options, int Threads)
{
    public string[] PredictedTexts => [.. Predictions.Select(p => p.ToString())];

    public IReadOnlyList<string>[] ReferenceTexts => [.. References.Select(r => r.Select(v => v.ToString()).ToArray())];

    /// <summary>The one reference of each prediction.</summary>
    public MetricValue[] Single => [.. References.Select(r => r[0])];
}

/// <summary>A metric by its name: what it takes, what can be set, how it is computed.</summary>
public sealed class Metric
{
    readonly Func<MetricCall, (MetricScore Corpus, IReadOnlyList<MetricScore> Examples)> _compute;

    internal Metric(string name, string description, MetricInput input, IReadOnlyList<MetricOption> options, Func<MetricCall, (MetricScore, IReadOnlyList<MetricScore>)> compute)
    {
        (Name, Description, Input, Options) = (name, description, input, options);
        _compute = compute;
    }

    public string Name { get; }

    public string Description { get; }

    public MetricInput Input { get; }

    public IReadOnlyList<MetricOption> Options { get; }

    /// <summary>Whether a prediction may have several references, of which any will do.</summary>
    public bool SeveralReferences { get; init; }

    /// <summary>Whether a single example has a value.</summary>
    public bool PerExample { get; init; } = true;

    /// <exception cref="ProblemException">No such metric.</exception>
    public static Metric Parse(string name) => MetricTable.All.FirstOrDefault(m => m.Name == name)
        ?? throw new ProblemException($"unknown metric '{name}'", remedy: Suggestion.For(name, [.. MetricTable.All.Select(m => m.Name)]));

    /// <summary>Scores every prediction against its references; the same bits for any number of threads.</summary>
    /// <param name="predictions">Of the kind <see cref="Input"/> asks for.</param>
    /// <param name="references">As many, each at least one.</param>
    /// <param name="options">By name; null for the defaults.</param>
    /// <param name="threads">Workers.</param>
    /// <exception cref="ProblemException">Lengths differ, nothing is there, a value is of the wrong kind, or an option is not the metric's.</exception>
    public MetricResult Score(
        IReadOnlyList<MetricValue> predictions, IReadOnlyList<IReadOnlyList<MetricValue>> references,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? options = null, int threads = 1)
    {
        var parsed = MetricOptions.Parse(this, options);
        Pairing.Check(predictions.Count, references);
        if (predictions.Count == 0) throw new ProblemException("nothing to score", why: "there is no example");
        for (var i = 0; i < predictions.Count; i++)
        {
            if (!SeveralReferences && references[i].Count > 1)
                throw new ProblemException($"example {i + 1} has {references[i].Count} references", why: $"{Name} compares with one");
            foreach (var value in references[i].Prepend(predictions[i]))
                if (!Fits(value, predictions[0])) throw new ProblemException($"example {i + 1}: {(value.Text is null ? "a number" : "a text")} where {Name} wants {Wanted(predictions[0])}");
        }
        var (corpus, examples) = _compute(new MetricCall(predictions, references, parsed, threads));
        return new MetricResult(parsed.Values, corpus, examples);
    }

    bool Fits(MetricValue value, MetricValue first) => Input switch
    {
        MetricInput.Text => value.Text is not null,
        MetricInput.Number => value.Text is null,
        _ => value.Text is null == first.Text is null,
    };

    string Wanted(MetricValue first) => Input == MetricInput.Text || (Input == MetricInput.Label && first.Text is not null) ? "a text" : "a number";
}
