using MergeLab.Core.Errors;
using MergeLab.Data.Tokenizers;
using MergeLab.Models.Generation;
using MergeLab.Models.T5;

namespace MergeLab.Evaluation.Tasks;

/// <summary>
/// A model's answers on rows of a task, and their score: free answers by greedy search, choices by their log-probability. Batches are made
/// of rows of similar length by the rows alone, so any number of threads gives the same bytes.
/// </summary>
/// <param name="model">Used by all threads.</param>
/// <param name="tokenizer">The model's.</param>
/// <param name="maxNewTokens">Longest free answer, its end token included.</param>
public sealed class TaskEvaluator(T5Model model, Tokenizer tokenizer, int maxNewTokens = TaskEvaluator.DefaultNewTokens)
{
    public const int DefaultNewTokens = 32;

    /// <param name="rows">At least one.</param>
    /// <param name="metric">What is scored.</param>
    /// <param name="file">Where the rows come from, for messages.</param>
    /// <param name="options">Of the metric, by name.</param>
    /// <param name="threads">Workers.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="ProblemException">A word is unknown, or the metric does not go with the rows.</exception>
    public TaskScore Run(
        IReadOnlyList<TaskRow> rows, Metric metric, string file, IReadOnlyDictionary<string, IReadOnlyList<string>>? options = null, int threads = 1, CancellationToken cancellation = default)
    {
        var predictions = Predict(rows, file, threads, cancellation);
        var result = metric.Score([.. predictions.Select(p => (MetricValue)p)], [.. rows.Select(r => r.References.Select(t => (MetricValue)t).ToArray())], options, threads);
        var main = MainFigure(result.Corpus.Values);
        return new TaskScore(metric.Name, result.Corpus.Values[main], result.Corpus.Values,
            [.. rows.Select((r, i) => new RowScore(r.Id, predictions[i], r.References[0], result.Examples.Count > 0 ? result.Examples[i].Values[main] : double.NaN))]);
    }

    /// <summary>One answer a row.</summary>
    public string[] Predict(IReadOnlyList<TaskRow> rows, string file, int threads = 1, CancellationToken cancellation = default)
    {
        var encoder = new RowEncoder(tokenizer, file);
        var predictions = new string[rows.Count];
        var free = Places(rows, r => r.Choices is null);
        if (free.Length > 0)
        {
            var inputs = free.Select(i => encoder.Encode(rows[i].Input, rows[i].Line)).ToArray();
            var sequences = TextGenerator.Generate(model, inputs, model.Defaults with { MaxNewTokens = maxNewTokens }, threads, cancellation).Sequences;
            for (var i = 0; i < free.Length; i++) predictions[free[i]] = tokenizer.Decode([.. sequences[i].Select(id => (int)id)]);
        }
        var choosing = Places(rows, r => r.Choices is not null);
        if (choosing.Length > 0)
        {
            var questions = choosing.Select(i => new Question(encoder.Encode(rows[i].Input, rows[i].Line), [.. rows[i].Choices!.Select(c => encoder.Encode(c, rows[i].Line))])).ToArray();
            var scores = ChoiceScorer.Score(model, questions, threads, cancellation);
            for (var i = 0; i < choosing.Length; i++) predictions[choosing[i]] = rows[choosing[i]].Choices![scores[i].BestBySum];
        }
        return predictions;
    }

    /// <summary>Of several figures (ROUGE) the one that is compared: the longest common subsequence's, which minds order.</summary>
    static string MainFigure(IReadOnlyDictionary<string, double> values) => values.ContainsKey("rougeL") ? "rougeL" : values.Keys.First();

    static int[] Places(IReadOnlyList<TaskRow> rows, Func<TaskRow, bool> which) => [.. Enumerable.Range(0, rows.Count).Where(i => which(rows[i]))];
}
