namespace MergeLab.Models.Generation;

/// <summary>Batches of inputs of similar lengths, so that little padding is computed.</summary>
public static class LengthSorted
{
    /// <param name="lengths">Of the inputs.</param>
    /// <param name="size">Inputs in a batch, the last one excepted.</param>
    /// <returns>Numbers of inputs: longest first, so that the longest work begins first; a function of the lengths alone.</returns>
    public static int[][] Batches(IReadOnlyList<int> lengths, int size) => [.. Enumerable.Range(0, lengths.Count).OrderByDescending(i => lengths[i]).Chunk(size)];
}
