using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MergeLab.Reporting.Sections;
using MergeLab.Reporting.Svg;
using MergeLab.Results;

namespace MergeLab.Reporting;

/// <summary>A report's figures as SVG files that stand alone: their own style, ground and caption, light or dark as the reader's system is. The same figures are the same bytes.</summary>
public static partial class FigureFiles
{
    const double Width = 720, Margin = 20, Head = 64, TitleType = 14, Type = 12;

    /// <summary>Writes them all, and gives their paths.</summary>
    public static IReadOnlyList<string> WriteTo(string folder, ReportModel model)
    {
        var paths = new List<string>();
        foreach (var (name, svg) in Draw(model))
        {
            paths.Add(Path.Combine(folder, name));
            TextFile.Write(paths[^1], svg);
        }
        return paths;
    }

    /// <summary>Names, such as <c>geomed-rouge1.svg</c>, and drawings. What tells figures of one metric apart is in their names: the task, the kind, then a number; the paper's end in <c>-published</c>.</summary>
    public static IReadOnlyList<(string Name, string Svg)> Draw(ReportModel model)
    {
        FigureChart[] charts = [.. model.Figures.SelectMany(f => FigureChart.Of(model, f))];
        var files = new List<(string, string)>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var chart in charts)
        {
            FigureChart[] like = [.. charts.Where(c => c.Figure.Y == chart.Figure.Y)];
            List<string> parts = [model.Experiment, chart.Figure.Y];
            if (like.Select(c => (c.Rows[0].Task, c.Rows[0].Split)).Distinct().Count() > 1) parts.AddRange([chart.Rows[0].Task, chart.Rows[0].Split]);
            if (like.Select(c => (c.Figure.Kind, c.Figure.X)).Distinct().Count() > 1) parts.AddRange([chart.Figure.Kind, chart.Figure.X]);
            var name = string.Join('-', parts.Where(p => p.Length > 0));
            files.Add((Free(name, taken), Alone(chart.Caption, chart.Words, chart.Draw)));
            foreach (var (setup, draw) in chart.Published) files.Add((Free(name + "-published", taken), Alone($"{chart.Caption}, published", $"Not ours: {setup}", draw)));
        }
        return files;
    }

    static string Free(string wanted, HashSet<string> taken)
    {
        var stem = Unsafe().Replace(wanted, "_");
        for (var n = 1; ; n++)
        {
            var name = n == 1 ? $"{stem}.svg" : string.Create(CultureInfo.InvariantCulture, $"{stem}-{n}.svg");
            if (taken.Add(name)) return name;
        }
    }

    /// <summary>The drawing under its caption, on a ground: a page it is shown in may be dark where the reader's system is light.</summary>
    static string Alone(string caption, string words, Func<double, string> draw)
    {
        var drawing = draw(Width);
        var height = Head + double.Parse(XElement.Parse(drawing).Attribute("height")!.Value, CultureInfo.InvariantCulture) + Margin;
        var (width, high) = (SvgWriter.Number(Width + (2 * Margin)), SvgWriter.Number(height));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {high}\" width=\"{width}\" height=\"{high}\" role=\"img\" aria-label=\"{Markup.Escape(caption)}\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<style>\n{ReportStyle.Drawing}\n</style>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"ground\" width=\"{width}\" height=\"{high}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{Margin}\" y=\"26\">{Markup.Escape(TextWidths.Fit(caption, TitleType, Width))}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"words\" x=\"{Margin}\" y=\"45\">{Markup.Escape(TextWidths.Fit(words, Type, Width))}</text>\n");
        return svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({Margin} {Head})\">\n{drawing}</g>\n</svg>\n").ToString();
    }

    [GeneratedRegex(@"[^A-Za-z0-9_.-]+|\A\.+")]
    private static partial Regex Unsafe();
}
