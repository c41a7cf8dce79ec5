using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>Draws belong to elements, not to how they are asked for.</summary>
public class CounterRandomTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 100)]
    [InlineData(6, 37)]
    [InlineData((1L << 33) - 40, 100)]
    [InlineData((1L << 34) - 21, 50)]
    public void A_stretch_holds_the_draws_of_its_elements(long first, int count)
    {
        var random = CounterRandom.For(11, "models/a", "layers.0.weight");
        var stretch = new uint[count];
        random.Words(first, stretch);
        Assert.Equal(Enumerable.Range(0, count).Select(i => random.Word(first + i)), stretch);
        Assert.All(Enumerable.Range(0, count), i => Assert.InRange(random.Uniform(first + i), 0f, 0.99999994f));
    }

    [Fact]
    public void Seeds_models_and_tensors_draw_differently()
    {
        var draws = new[] { CounterRandom.For(1, "a", "w"), CounterRandom.For(2, "a", "w"), CounterRandom.For(1, "b", "w"), CounterRandom.For(1, "a", "v") }.Select(r => r.Word(0));
        Assert.Equal(4, draws.Distinct().Count());
    }

    [Fact]
    public void Draws_fill_the_unit_interval_evenly()
    {
        var draws = new uint[1 << 18];
        CounterRandom.For(3, "a", "w").Words(0, draws);
        var counts = new int[64];
        foreach (var draw in draws) counts[draw >> 26]++;
        // 4096 expected in each bin, with a standard deviation of 64.
        Assert.All(counts, count => Assert.InRange(count, 4096 - 5 * 64, 4096 + 5 * 64));
    }

    [Fact]
    public void Masks_of_a_loop_are_those_of_single_draws_down_to_the_last_bit()
    {
        var random = CounterRandom.For(5, "models/a", "w");
        const long First = 1L << 20;
        // Thresholds whose upper half is that of a draw, so that the lower half must decide.
        var thresholds = Enumerable.Range(0, 8).SelectMany(i => new[] { random.Word(First + 3 * i), random.Word(First + 3 * i) + 1 }).Concat([KeepDraws.Threshold(0.5), KeepDraws.Threshold(1e-9), KeepDraws.Threshold(1 - 1e-12)]);
        foreach (var threshold in thresholds)
        {
            var kept = KeepDraws.Of(random, First, threshold).Keep(KeepDraws.Counters(First));
            Assert.Equal(Enumerable.Range(0, 32).Select(i => random.Word(First + i) < threshold), Enumerable.Range(0, 32).Select(i => kept[i] == ushort.MaxValue));
        }
    }

    [Fact]
    public void Draws_show_no_trend_and_no_likeness_between_neighbours_models_tensors_seeds_or_halves()
    {
        const int Count = 1 << 20;
        (ulong Seed, string Model, string Tensor)[] keys = [(1, "a", "w0"), (1, "b", "w0"), (1, "a", "w1"), (2, "a", "w0"), (1, "b", "w1")];
        var streams = keys.SelectMany(key =>
        {
            var words = new uint[Count];
            CounterRandom.For(key.Seed, key.Model, key.Tensor).Words(0, words);
            // Each half of a draw for itself, centred.
            return new[] { words.Select(w => (w >> 16) + 0.5 - 32768).ToArray(), words.Select(w => (w & 0xFFFF) + 0.5 - 32768).ToArray() };
        }).ToArray();
        const double Deviation = 65536 / 3.4641016151377544;
        var scores = new List<(string What, double Z)>();
        for (var s = 0; s < streams.Length; s++)
        {
            scores.Add(($"mean {s}", streams[s].Sum() / (Deviation * Math.Sqrt(Count))));
            foreach (var lag in new[] { 1, 2, 3, 4, 8, 16, 31, 32, 64, 2048 }) scores.Add(($"lag {lag} of {s}", Likeness(streams[s], streams[s], lag)));
            for (var t = 0; t < s; t++)
                foreach (var lag in new[] { 0, 1, 2 }) scores.Add(($"{s} and {t}, lag {lag}", Likeness(streams[s], streams[t], lag)));
        }
        // Standard scores of 245 independent sums exceed 4.5 in fewer than one of 500 choices of keys.
        Assert.Equal(245, scores.Count);
        Assert.DoesNotContain(scores, s => Math.Abs(s.Z) > 4.5);

        static double Likeness(double[] a, double[] b, int lag)
        {
            var sum = 0.0;
            for (var i = 0; i + lag < Count; i++) sum += a[i + lag] * b[i];
            return sum / (Deviation * Deviation * Math.Sqrt(Count - lag));
        }
    }
}
