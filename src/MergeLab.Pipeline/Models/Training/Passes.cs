using MergeLab.Models.Common;

namespace MergeLab.Models.Training;

/// <summary>A batch cut into passes of examples of similar length, each with its share of the batch's labels.</summary>
static class Passes
{
    /// <returns>Batches in the current dispose scope, as they are asked for; shares sum to 1.</returns>
    public static IEnumerable<(Seq2SeqBatch Batch, double Share)> Of(IEnumerable<TokenPair> examples, int size, int padId)
    {
        var sorted = examples.OrderBy(e => e.Input.Length).ThenBy(e => e.Target.Length).ToArray(); // stable: ties stay in order
        var labels = (double)sorted.Sum(e => e.Target.Length);
        foreach (var pass in sorted.Chunk(size))
            yield return (Seq2SeqBatch.Of([.. pass.Select(e => e.Input)], [.. pass.Select(e => e.Target)], padId), pass.Sum(e => e.Target.Length) / labels);
    }
}
