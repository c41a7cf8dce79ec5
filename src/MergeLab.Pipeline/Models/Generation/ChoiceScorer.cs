using MergeLab.Models.Common;

namespace MergeLab.Models.Generation;

/// <summary>A prompt and the answers to choose from, as token ids; T5's end with the end of sequence.</summary>
public sealed record Question(int[] Prompt, IReadOnlyList<int[]> Choices);

/// <summary>Log-probabilities of the choices: sums over tokens, and means.</summary>
public sealed record ChoiceScores(double[] Sum, double[] Mean)
{
    /// <summary>The first of the likeliest.</summary>
    public int BestBySum => Array.IndexOf(Sum, Sum.Max());

    /// <summary>The first of the likeliest per token.</summary>
    public int BestByMean => Array.IndexOf(Mean, Mean.Max());
}

/// <summary>Rank classification: which of the given answers a model finds likeliest (Brown et al. 2020). Each prompt is encoded once.</summary>
public static class ChoiceScorer
{
    /// <summary>Choices scored together, at least.</summary>
    const int ChoicesAtOnce = 64;

    /// <param name="model">Used by several threads.</param>
    /// <param name="questions">Each with at least one choice of at least one token.</param>
    /// <param name="threads">Batches worked on at the same time; the result does not depend on it.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public static ChoiceScores[] Score(ISequenceToSequence model, IReadOnlyList<Question> questions, int threads = 1, CancellationToken cancellation = default)
    {
        var results = new ChoiceScores[questions.Count];
        Parallel.ForEach(Batches(questions), new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, batch => ScoreBatch(model, questions, batch, results));
        return results;
    }

    static List<int[]> Batches(IReadOnlyList<Question> questions)
    {
        var batches = new List<int[]>();
        var current = new List<int>();
        var choices = 0;
        foreach (var i in Enumerable.Range(0, questions.Count).OrderByDescending(i => questions[i].Prompt.Length))
        {
            current.Add(i);
            choices += questions[i].Choices.Count;
            if (choices < ChoicesAtOnce) continue;
            batches.Add([.. current]);
            current.Clear();
            choices = 0;
        }
        if (current.Count > 0) batches.Add([.. current]);
        return batches;
    }

    static void ScoreBatch(ISequenceToSequence model, IReadOnlyList<Question> questions, int[] batch, ChoiceScores[] results)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var prompts = Seq2SeqBatch.Of([.. batch.Select(i => questions[i].Prompt)], null, model.Defaults.PadId ?? 0, model.Device);
        var choices = batch.SelectMany(i => questions[i].Choices).ToArray();
        var rowOf = tensor([.. batch.SelectMany((q, row) => Enumerable.Repeat((long)row, questions[q].Choices.Count))], device: model.Device);
        var labels = Seq2SeqBatch.Of(choices, choices, model.Defaults.PadId ?? 0, model.Device).Labels!;
        var encoded = model.Encode(prompts.InputIds, prompts.AttentionMask).index_select(0, rowOf);
        var logits = model.Decode(model.ShiftRight(labels), encoded, prompts.AttentionMask!.index_select(0, rowOf));
        var counted = labels.clamp(min: 0).unsqueeze(-1);
        var tokens = logits.log_softmax(-1).gather(-1, counted).squeeze(-1).to(ScalarType.Float64).masked_fill(labels.eq(Seq2SeqBatch.Ignored), 0);
        var sums = tokens.sum([1]).cpu().data<double>().ToArray();
        var at = 0;
        foreach (var i in batch)
        {
            var count = questions[i].Choices.Count;
            double[] sum = sums[at..(at + count)];
            results[i] = new ChoiceScores(sum, [.. sum.Select((s, c) => s / questions[i].Choices[c].Length)]);
            at += count;
        }
    }
}
