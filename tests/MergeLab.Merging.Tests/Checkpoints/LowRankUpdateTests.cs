using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

public sealed class LowRankUpdateTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(9, 40, 3)]
    [InlineData(7, 33, 16)]
    [InlineData(12, 64, 5)]
    [InlineData(21, 100, 11)]
    public void The_bits_do_not_depend_on_how_the_tensor_is_cut(int rows, int columns, int rank)
    {
        var random = new Random(rank);
        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => (float)(random.NextDouble() - 0.5))];
        var (left, right, weight) = (Draw(rows * rank), Draw(rank * columns), Draw(rows * columns));
        var update = new LowRankUpdate(left, right, rank, 1.5f);
        var whole = (float[])weight.Clone();
        update.Apply(0, whole);
        foreach (var step in new[] { 1, 5, 8, 17, columns, 3 * columns + 1 })
        {
            var pieces = (float[])weight.Clone();
            for (var at = 0; at < pieces.Length; at += step) update.Apply(at, pieces.AsSpan(at, Math.Min(step, pieces.Length - at)));
            Assert.Equal(whole, pieces);
        }
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
            {
                var exact = weight[i * columns + j] + 1.5 * Enumerable.Range(0, rank).Sum(k => (double)left[i * rank + k] * right[k * columns + j]);
                Assert.Equal(exact, whole[i * columns + j], 1e-5); // rank + 2 roundings of values below 10
            }
    }

    [Fact]
    public void Deltas_of_several_adapters_add()
    {
        string Adapter(string name) => Path.Combine(AdapterGoldens.Case(name), "adapter");
        using var both = AdaptedModel.Open(AdapterGoldens.Base("llama"), Adapter("llama-default"), Adapter("llama-rslora"), Adapter("llama-alpha"));
        using var one = AdaptedModel.Open(AdapterGoldens.Base("llama"), Adapter("llama-default"));
        using var other = AdaptedModel.Open(AdapterGoldens.Base("llama"), Adapter("llama-alpha"));
        using var plain = Checkpoint.Open(AdapterGoldens.Base("llama"));
        const string name = "model.layers.1.self_attn.q_proj.weight";
        static float[] Values(WeightSource source)
        {
            var values = new float[source.Find(name)!.Count];
            source.Reader(name).Read(0, values);
            return values;
        }
        var (sum, x, y, w) = (Values(both), Values(one), Values(other), Values(plain));
        // Three roundings each way of values below 8.
        for (var i = 0; i < w.Length; i++) Assert.Equal((double)x[i] + y[i] - w[i], sum[i], 4e-6);
    }

    [Fact]
    public void Adapters_whose_changes_do_not_add_are_not_applied_together()
    {
        string Adapter(string name) => Path.Combine(AdapterGoldens.Case(name), "adapter");
        var e = Assert.Throws<ProblemException>(() => AdaptedModel.Open(AdapterGoldens.Base("llama"), Adapter("llama-default"), Adapter("llama-dora")).Dispose());
        Assert.Contains("q_proj", e.Message, StringComparison.Ordinal);
    }
}
