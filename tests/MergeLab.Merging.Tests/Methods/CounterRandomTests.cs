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
}
