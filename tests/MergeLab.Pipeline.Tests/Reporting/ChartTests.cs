using MergeLab.Reporting.Charts;
using MergeLab.Reporting.Svg;

namespace MergeLab.Pipeline.Tests.Reporting;

public sealed class ChartTests
{
    [Fact]
    public void Lines_with_bands() => Snapshot.Match(new LineChart("ROUGE-1 by merged models", "merged models", "ROUGE-1",
    [
        new LineSeries("GeoMed", [new(2, 0.35, 0.33, 0.37), new(6, 0.33, 0.31, 0.35), new(20, 0.26, 0.24, 0.28)]),
        new LineSeries("average & <more>", [new(2, 0.351, 0.33, 0.37), new(6, 0.332, 0.31, 0.35), new(20, 0.255, 0.24, 0.275)]),
    ], [("pretrained", 0.22)]).Draw(720));

    [Fact]
    public void Lines_beside_single_models() => Snapshot.Match(new LineChart("ROUGE-1 by merged models", "merged models", "ROUGE-1", [new LineSeries("GeoMed", [new(2, 0.35), new(6, 0.33)])], [("pretrained", 0.22)])
    {
        Specks = [new LineSeries("individual", [new(1, 0.31, Name: "nli"), new(1, 0.45, Name: "bio & co")])],
    }.Draw(350));

    [Fact]
    public void Dots_with_intervals() => Snapshot.Match(new IntervalChart("Change", "change in ROUGE-1", [new("average, six", -0.02, -0.03, -0.01, 1), new("GeoMed, six", 0.001, null, null, 0, true)], 0, 0.01).Draw(720));

    [Fact]
    public void Bars() => Snapshot.Match(new BarChart("Time", [new("evaluate", 90, "1 min 30 s"), new("verify", 0, "0.00 s")]).Draw(350));

    [Fact]
    public void A_graph_of_stages_collapsed_by_kind() => Snapshot.Match(new StageGraph("Stages",
    [
        new("verify", "stages-verify", [("cached", 1), ("ran", 0)]), new("vectors", "stages-vectors", [("cached", 2), ("ran", 1)]),
        new("merge", "stages-merge", [("ran", 2)]), new("evaluate", "stages-evaluate", [("ran", 2), ("failed", 1)]),
    ], [("verify", "vectors"), ("vectors", "merge"), ("merge", "evaluate"), ("verify", "evaluate")]).Draw(940));

    [Theory]
    [InlineData(0.213, 0.358, 5, "0.20 0.25 0.30 0.35 0.40")]
    [InlineData(0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-0.021, 0.002, 6, "−0.025 −0.020 −0.015 −0.010 −0.005 0.000 0.005")]
    [InlineData(5, 5, 3, "4.5 5.0 5.5")]
    [InlineData(1, 20000, 4, "0 5000 10000 15000 20000")]
    public void Ticks_are_round_and_enclose_the_data(double low, double high, int wanted, string expected)
    {
        var ticks = Ticks.Around(low, high, wanted);
        Assert.Equal(expected, string.Join(' ', ticks.Values.Select(ticks.Label)));
    }

    [Fact]
    public void Labels_that_would_overlap_are_pushed_apart()
    {
        var placed = LabelPlacement.Spread([10, 12, 13, 80], 15, 0, 100);
        Assert.All(placed.Zip(placed.Skip(1)), p => Assert.True(p.Second - p.First >= 15 - 1e-9));
        Assert.Equal(80, placed[^1]);
        Assert.True(placed[0] >= 0);
    }

    [Fact]
    public void An_edge_over_several_layers_passes_beside_the_boxes_between()
    {
        var layout = new LayeredLayout(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c"), ("c", "a"), ("b", "b")]);
        Assert.Equal(3, layout.Layers.Count);
        Assert.Equal(2, layout.Layers[1].Count);
        Assert.Equal([2, 2, 3], layout.Edges.Select(e => e.Count).Order());
    }

    [Fact]
    public void Text_is_cut_where_it_would_not_fit()
    {
        Assert.Equal("short", TextWidths.Fit("short", 12, 100));
        var cut = TextWidths.Fit("a very long name of a method", 12, 60);
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
        Assert.True(TextWidths.Of(cut, 12) <= 60);
    }

    [Theory]
    [InlineData("<b onclick='x'>&\"", "&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;")]
    [InlineData("a\u0000b", "a\ufffdb")]
    public void Text_cannot_become_markup(string text, string expected) => Assert.Equal(expected, Markup.Escape(text));

    [Fact]
    public void Half_a_character_does_not_spoil_the_page() => Assert.Equal("a\ufffd", Markup.Escape("a" + (char)0xD800));

    [Theory]
    [InlineData(-0.001, "0")]
    [InlineData(1.005, "1")]
    [InlineData(12.3456, "12.35")]
    public void Coordinates_have_two_decimals(double value, string expected) => Assert.Equal(expected, SvgWriter.Number(value));
}
