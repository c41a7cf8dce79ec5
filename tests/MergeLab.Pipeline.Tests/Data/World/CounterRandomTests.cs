using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World;

public class CounterRandomTests
{
    [Fact]
    public void Its_numbers_are_the_same_on_every_platform()
    {
        var random = new CounterRandom(1, "stream", Split.Test, 7, 2);
        Assert.Equal<ulong[]>([0x5EF1B567873ABDBB, 0x73D3BDB86FFBAEEA, 0x8B138AC260BFD8C1], [random.Next(), random.Next(), random.Next()]);
    }

    [Fact]
    public void Every_part_of_the_address_counts()
    {
        ulong[] first =
        [
            new CounterRandom(1, "a", Split.Train, 0).Next(), new CounterRandom(2, "a", Split.Train, 0).Next(), new CounterRandom(1, "b", Split.Train, 0).Next(),
            new CounterRandom(1, "a", Split.Test, 0).Next(), new CounterRandom(1, "a", Split.Train, 1).Next(), new CounterRandom(1, "a", Split.Train, 0, 1).Next(),
        ];
        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Fact]
    public void Small_numbers_come_equally_often()
    {
        var counts = new int[7];
        var random = new CounterRandom(3, "dice", Split.Train, 0);
        for (var i = 0; i < 70_000; i++) counts[random.Below(7)]++;
        Assert.All(counts, c => Assert.InRange(c, 9_600, 10_400)); // four standard deviations of a binomial draw
    }

    [Fact]
    public void Distinct_numbers_are_distinct_and_in_range()
    {
        var random = new CounterRandom(3, "distinct", Split.Train, 0);
        for (var i = 0; i < 200; i++)
        {
            var drawn = random.Distinct(5, 6);
            Assert.Equal(5, drawn.Distinct().Count());
            Assert.All(drawn, n => Assert.InRange(n, 0, 5));
        }
    }

    [Fact]
    public void A_mix_draws_by_its_weights()
    {
        Mix mix = "1:3 4:1";
        var random = new CounterRandom(5, "mix", Split.Train, 0);
        var fours = Enumerable.Range(0, 40_000).Count(_ => mix.Draw(random) == 4);
        Assert.InRange(fours, 9_650, 10_350);
    }
}
