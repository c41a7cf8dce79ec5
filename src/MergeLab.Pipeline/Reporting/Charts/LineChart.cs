using System.Globalization;
using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Charts;

/// <summary>Lines over a number, with interval bands, markers and labels at their ends instead of a legend.</summary>
/// <param name="Label">What it shows, in a sentence.</param>
/// <param name="X">Name of the horizontal axis.</param>
/// <param name="Y">Name of the vertical axis.</param>
/// <param name="References">Values drawn across, such as a baseline.</param>
public sealed record LineChart(string Label, string X, string Y, IReadOnlyList<LineSeries> Series, IReadOnlyList<(string Name, double Value)> References)
{
    /// <summary>Single values beside the lines, such as of models before merging.</summary>
    public IReadOnlyList<LineSeries> Specks { get; init; } = [];

    const double Height = 300, Top = 28, Bottom = 44, LineHeight = 15;

    public string Draw(double width)
    {
        var ys = Series.SelectMany(s => s.Points).SelectMany(p => (double[])[p.Y, p.Low ?? p.Y, p.High ?? p.Y]).Concat(References.Select(r => r.Value)).Concat(Specks.SelectMany(s => s.Points).Select(p => p.Y));
        var (y, yTicks) = LinearScale.Around(ys, Height - Bottom, Top, 5);
        var left = Axis.LabelWidth(yTicks) + 12;
        var names = Series.Select(s => s.Name).Concat(References.Select(r => r.Name)).ToArray();
        var room = Math.Min(names.Max(n => TextWidths.Of(n, Axis.Type)) * 1.06 + 14, width * 0.34);
        var right = width - room;
        double[] xs = [.. Series.Concat(Specks).SelectMany(s => s.Points).Select(p => p.X).Distinct().Order()];
        var (x, xTicks) = Horizontal(xs, left + 10, right - 6);

        var svg = new SvgWriter(width, Height, Label, "chart");
        svg.Text(0, 12, Y, "axis-name");
        Axis.Vertical(svg, y, yTicks, left, right);
        Axis.Horizontal(svg, x, xTicks, Top, Height - Bottom, grid: false, (left, right));
        svg.Text((left + right) / 2, Height - 6, X, "axis-name", "middle");
        foreach (var (_, value) in References) svg.Line(left, y[value], right, y[value], "reference");
        foreach (var cloud in Specks) Cloud(svg, cloud, x, y);
        for (var i = 0; i < Series.Count; i++) Band(svg, Series[i], i, x, y);
        for (var i = 0; i < Series.Count; i++) Curve(svg, Series[i], i, x, y);
        Labels(svg, y, right + 8, room - 10);
        return svg.ToString();
    }

    /// <summary>Ticks at the data where they are few, as numbers of models are; else at round numbers.</summary>
    static (LinearScale, Ticks) Horizontal(double[] xs, double start, double end)
    {
        if (xs.Length > 12 || xs.Any(v => v != Math.Round(v))) return LinearScale.Around(xs, start, end, 6);
        return (new LinearScale(xs[0], xs[^1], start, end), new Ticks(xs, 0));
    }

    static void Band(SvgWriter svg, LineSeries series, int index, LinearScale x, LinearScale y)
    {
        var points = series.Points.Where(p => p is { Low: not null, High: not null }).OrderBy(p => p.X).ToArray();
        if (points.Length < 2) return;
        var upper = points.Select(p => (x[p.X], y[p.High!.Value]));
        var lower = points.Reverse().Select(p => (x[p.X], y[p.Low!.Value]));
        svg.Path(Polyline(upper.Concat(lower)) + "Z", $"band {Palette.Series(index)}");
    }

    static void Curve(SvgWriter svg, LineSeries series, int index, LinearScale x, LinearScale y)
    {
        var points = series.Points.OrderBy(p => p.X).ToArray();
        svg.Group(Palette.Series(index));
        if (points.Length > 1) svg.Path(Polyline(points.Select(p => (x[p.X], y[p.Y]))), "curve");
        foreach (var p in points)
        {
            svg.Group("", string.Create(CultureInfo.InvariantCulture, $"{series.Name}, {p.X:0.####}: {p.Y:0.0000}{(p.Low is { } low && p.High is { } high ? $" [{low:0.0000}, {high:0.0000}]" : "")}"));
            if (p is { Low: { } l, High: { } h } && points.Length == 1) svg.Line(x[p.X], y[l], x[p.X], y[h], "whisker");
            svg.Circle(x[p.X], y[p.Y], 3, "marker").End();
        }
        svg.End();
    }

    /// <summary>Named at its highest or lowest dot, whichever is farther from the lines.</summary>
    void Cloud(SvgWriter svg, LineSeries cloud, LinearScale x, LinearScale y)
    {
        foreach (var p in cloud.Points)
            svg.Group("", string.Create(CultureInfo.InvariantCulture, $"{p.Name ?? cloud.Name}: {p.Y:0.0000}")).Circle(x[p.X], y[p.Y], 2.5, "speck").End();
        double[] others = [.. Series.SelectMany(s => s.Points).Select(p => p.Y).Concat(References.Select(r => r.Value))];
        var (most, least) = (cloud.Points.MaxBy(p => p.Y)!, cloud.Points.MinBy(p => p.Y)!);
        var named = Gap(most) >= Gap(least) ? most : least;
        svg.Text(x[named.X] + 7, y[named.Y] + 4, cloud.Name, "label muted halo");

        double Gap(LinePoint end) => others.Min(o => Math.Abs(o - end.Y));
    }

    /// <summary>Each beside the end of its line, pushed apart where they would overlap.</summary>
    void Labels(SvgWriter svg, LinearScale y, double left, double room)
    {
        var wanted = Series.Select((s, i) => (s.Name, At: y[s.Points.MaxBy(p => p.X)!.Y], Class: $"label {Palette.Series(i)}"))
            .Concat(References.Select(r => (r.Name, At: y[r.Value], Class: "label muted")))
            .OrderBy(l => l.At).ThenBy(l => l.Name, StringComparer.Ordinal).ToArray();
        var placed = LabelPlacement.Spread([.. wanted.Select(l => l.At)], LineHeight, Top, Height - Bottom);
        for (var i = 0; i < wanted.Length; i++) svg.Text(left, placed[i] + 4, TextWidths.Fit(wanted[i].Name, Axis.Type, room), wanted[i].Class);
    }

    static string Polyline(IEnumerable<(double X, double Y)> points) => "M" + string.Join('L', points.Select(p => $"{SvgWriter.Number(p.X)} {SvgWriter.Number(p.Y)}"));
}

/// <summary>A line: at least one point.</summary>
public sealed record LineSeries(string Name, IReadOnlyList<LinePoint> Points);

/// <param name="Name">Its own, where it has one.</param>
public sealed record LinePoint(double X, double Y, double? Low = null, double? High = null, string? Name = null);
