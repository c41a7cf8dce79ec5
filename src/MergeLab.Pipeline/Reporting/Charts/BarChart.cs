using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Charts;

/// <summary>A bar a line with its value in words at the end.</summary>
public sealed record BarChart(string Label, IReadOnlyList<Bar> Bars)
{
    const double Line = 28, Type = 12;

    public string Draw(double width)
    {
        var names = Bars.Max(b => TextWidths.Of(b.Name, Type)) * 1.06 + 12;
        var words = Bars.Max(b => TextWidths.Of(b.Text, Type)) * 1.06 + 10;
        var most = Bars.Max(b => b.Value);
        var x = new LinearScale(0, most > 0 ? most : 1, names, width - words);
        var svg = new SvgWriter(width, Bars.Count * Line, Label, "chart");
        for (var i = 0; i < Bars.Count; i++)
        {
            var y = i * Line;
            svg.Text(names - 10, y + 18, Bars[i].Name, "name", "end");
            svg.Rect(names, y + 5, Math.Max(x[Bars[i].Value] - names, 1), Line - 10, "bar s0", 2);
            svg.Text(Math.Max(x[Bars[i].Value], names + 1) + 6, y + 18, Bars[i].Text, "tick");
        }
        return svg.ToString();
    }
}

public sealed record Bar(string Name, double Value, string Text);
