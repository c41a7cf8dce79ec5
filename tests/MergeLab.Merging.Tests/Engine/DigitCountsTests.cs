using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Tests.Engine;

/// <summary>The passes that narrow a range where a sample was wrong or too much lies inside.</summary>
public class DigitCountsTests
{
    const int Count = 150_001;

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(Count / 2)]
    [InlineData(Count)]
    public void Passes_close_in_on_the_kth_largest_from_any_range(long keep)
    {
        var random = new Random(4);
        var spec = new TensorSpec("t", DType.F32, [Count]);
        var reader = new MemoryTensor(spec, [.. Enumerable.Range(0, Count).Select(_ => Math.Pow(random.NextDouble() - 0.5, 3))]);
        var magnitudes = reader.Values.Select(v => Math.Abs((float)v)).OrderDescending().ToArray();
        var wanted = magnitudes[keep - 1];
        var run = Merges.Run(2, Merges.Tensor("t", [reader]));
        var data = new SelectionData<float>(run.Tensors, InputSpace.Weights);
        foreach (var (low, high) in new[] { (0f, float.PositiveInfinity), (1e-3f, 2e-3f), (0.2f, 1f), (0f, 1e-9f) })
        {
            var row = new SelectionRow<float>(keep);
            row.Look(low, high, Count);
            for (var pass = 0; pass < 6; pass++) DigitCounts.Narrow(data, [row], [0], run);
            Assert.InRange(wanted, row.Low, row.High);
            // A pass that hits leaves one part of four thousand, so that a few leave one magnitude.
            Assert.Equal(row.Low, row.High);
        }
    }
}
