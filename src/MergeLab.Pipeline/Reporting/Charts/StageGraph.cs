using System.Globalization;
using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Charts;

/// <summary>Stages collapsed to a box a kind, with how many there are and what became of them. A box leads to its stages in the page.</summary>
public sealed record StageGraph(string Label, IReadOnlyList<StageBox> Boxes, IReadOnlyList<(string From, string To)> Edges)
{
    const double Width = 152, Height = 58, Gap = 18, Between = 38, Narrow = 500;

    public string Draw(double width)
    {
        var layout = new LayeredLayout([.. Boxes.Select(b => b.Kind)], Edges);
        var across = layout.Layers.Count * (Width + Between) - Between;
        // Left to right where that fits, else downwards.
        var down = width < Narrow || across > width;
        var boxes = Boxes.ToDictionary(b => b.Kind);
        var (along, side) = down ? (Height, Width) : (Width, Height);
        double Extent(string place) => boxes.ContainsKey(place) ? side : 8;
        var centres = new Dictionary<string, (double Along, double Side)>();
        var widest = layout.Layers.Max(l => l.Sum(Extent) + ((l.Count - 1) * Gap));
        for (var i = 0; i < layout.Layers.Count; i++)
        {
            var at = (widest - layout.Layers[i].Sum(Extent) - ((layout.Layers[i].Count - 1) * Gap)) / 2;
            foreach (var place in layout.Layers[i])
            {
                centres[place] = ((i * (along + (down ? 30 : Between))) + (along / 2), at + (Extent(place) / 2));
                at += Extent(place) + Gap;
            }
        }
        var length = centres.Values.Max(c => c.Along) + (along / 2);
        var offset = down ? Math.Max(0, (width - widest) / 2) : 2;
        var svg = down ? new SvgWriter(width, length + 4, Label, "chart") : new SvgWriter(Math.Max(across + 4, 1), widest + 4, Label, "chart");
        (double X, double Y) At(double alongAxis, double sideAxis) => down ? (sideAxis + offset, alongAxis + 2) : (alongAxis + 2, sideAxis + 2);
        foreach (var edge in layout.Edges) svg.Path(Curve(edge, centres, boxes, along / 2, At), "edge");
        foreach (var box in Boxes)
        {
            var (x, y) = At(centres[box.Kind].Along, centres[box.Kind].Side);
            Box(svg, box, x - (Width / 2), y - (Height / 2));
        }
        return svg.ToString();
    }

    static string Curve(IReadOnlyList<string> route, Dictionary<string, (double Along, double Side)> centres, Dictionary<string, StageBox> boxes, double half, Func<double, double, (double X, double Y)> at)
    {
        static string P((double X, double Y) p) => $"{SvgWriter.Number(p.X)} {SvgWriter.Number(p.Y)}";
        var first = centres[route[0]];
        var path = "M" + P(at(first.Along + half, first.Side));
        var (fromAlong, fromSide) = (first.Along + half, first.Side);
        foreach (var place in route.Skip(1))
        {
            var (centre, reach) = (centres[place], half);
            var middle = (fromAlong + centre.Along - reach) / 2;
            path += $"C{P(at(middle, fromSide))} {P(at(middle, centre.Side))} {P(at(centre.Along - reach, centre.Side))}";
            if (!boxes.ContainsKey(place)) path += "L" + P(at(centre.Along + reach, centre.Side));
            (fromAlong, fromSide) = (centre.Along + reach, centre.Side);
        }
        return path;
    }

    static void Box(SvgWriter svg, StageBox box, double x, double y)
    {
        var total = box.States.Sum(s => s.Count);
        var words = string.Join(", ", box.States.Where(s => s.Count > 0).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Count} {s.State}")));
        svg.Link(box.Anchor).Group("box", $"{box.Kind}: {words}");
        svg.Rect(x, y, Width, Height, "frame", 6);
        svg.Text(x + 10, y + 21, TextWidths.Fit(box.Kind, 13, Width - 52), "kind");
        svg.Text(x + Width - 10, y + 21, total.ToString(CultureInfo.InvariantCulture), "count", "end");
        svg.Text(x + 10, y + 38, TextWidths.Fit(words, 11, Width - 16), "states");
        var at = x + 10;
        foreach (var (state, count) in box.States.Where(s => s.Count > 0))
        {
            var part = (Width - 20) * count / total;
            svg.Rect(at, y + 46, part, 4, $"state {state}");
            at += part;
        }
        svg.End().End();
    }
}

/// <param name="Anchor">Id of the stages' place in the page.</param>
/// <param name="States">How many stages are in each state.</param>
public sealed record StageBox(string Kind, string Anchor, IReadOnlyList<(string State, int Count)> States);
