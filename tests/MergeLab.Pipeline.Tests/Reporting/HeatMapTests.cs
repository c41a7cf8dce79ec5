using System.Xml.Linq;
using MergeLab.Reporting;

namespace MergeLab.Pipeline.Tests.Reporting;

public class HeatMapTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Every_cell_has_its_value_and_colour_and_labels_are_escaped()
    {
        var map = new HeatMap("gain & loss", ["a<b", "c"], ["x", "y", "z"], new[,] { { 0, 30, -30 }, { 15, double.NaN, 90 } }) { Reach = 30, Format = "+0;-0;0", Framed = (r, c) => r == c };
        var root = XDocument.Parse(map.ToSvg()).Root!;
        var cells = root.Elements(Svg + "rect").Skip(1).ToList(); // the first is the ground
        Assert.Equal(["#ffffff", "#b2182b", "#2166ac", "#d88c95", "#b2182b"], cells.Select(c => (string)c.Attribute("fill")!));
        Assert.Equal(1, cells.Count(c => c.Attribute("stroke") is not null)); // the other framed cell is empty
        var texts = root.Elements(Svg + "text").Select(t => t.Value).ToList();
        Assert.Equal(["gain & loss", "x", "y", "z", "a<b", "0", "+30", "-30", "c", "+15", "+90"], texts);
        Assert.Equal(map.ToSvg(), map.ToSvg());
    }

    [Fact]
    public void Labels_must_fit_the_values() => Assert.Throws<ArgumentException>(() => new HeatMap("t", ["a"], ["b"], new double[2, 1]).ToSvg());
}
