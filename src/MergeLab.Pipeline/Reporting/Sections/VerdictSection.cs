using System.Globalization;
using MergeLab.Reporting.Charts;
using MergeLab.Reporting.Svg;
using MergeLab.Results.Comparison;

namespace MergeLab.Reporting.Sections;

/// <summary>The head of the page: the answer first, then what it rests on.</summary>
static class VerdictSection
{
    public static void Write(Html html, ReportModel model, Finding? finding)
    {
        html.Line("<header>");
        html.Raw("<p class=\"eyebrow\">").Element("b", model.Title ?? model.Experiment);
        if (model.Paper is { } paper) html.Raw(Markup.Escape($" · after {paper.Title}{(paper.Table is { } table ? $", table {table}" : "")}"));
        html.Line("</p>");
        html.Element("h1", finding?.Sentence ?? "No results", $"verdict {finding?.Outcome ?? "open"}").Line();
        if (finding is { Low: { } low, High: { } high })
            html.Drawing(width => Strip(finding, low, high, Math.Min(width, 520)));
        html.Element("p", Basis(model, finding), "basis").Line();
        html.Raw("<p class=\"facts\">").Raw(Markup.Escape(RunWords(model)));
        if (model.Time is { } time) html.Raw($" · <time datetime=\"{Markup.Escape(time)}\">{Markup.Escape(time)}</time>");
        html.Line("</p>\n</header>");
    }

    /// <summary>The interval of the difference beside 0.</summary>
    static string Strip(Finding finding, double low, double high, double width)
    {
        const double height = 46, line = 16;
        var (scale, ticks) = LinearScale.Around([low, high, 0, finding.Difference], 24, width - 24, 5);
        var svg = new SvgWriter(width, height, $"Difference {Labels.Value(finding.Difference, finding.Subject.Metric)}, interval {Labels.Interval(low, high, finding.Subject.Metric)}", $"strip {finding.Outcome}");
        Axis.Horizontal(svg, scale, ticks, 4, 26, grid: false);
        svg.Line(scale[0], 2, scale[0], 26, "reference");
        svg.Rect(scale[low], line - 4, Math.Max(1, scale[high] - scale[low]), 8, "span", 4);
        svg.Circle(scale[finding.Difference], line, 5, "dot");
        return svg.ToString();
    }

    static string Basis(ReportModel model, Finding? finding)
    {
        if (finding is null) return "The experiment has not run.";
        var row = finding.Subject;
        var where = $"{row.Task}{(row.Split.Length > 0 ? $" ({row.Split})" : "")}, {Labels.Count(row.Examples)} examples, set {(row.SetName.Length > 0 ? row.SetName : "none")}, seed {model.Seed.ToString(CultureInfo.InvariantCulture)}.";
        return finding.Low is null ? where
            : $"{where} Difference of means with its 95 % interval by paired bootstrap over examples (BCa, {Labels.Count(PairedComparison.Resamples)} resamples, fixed seed); no difference where it holds 0.";
    }

    static string RunWords(ReportModel model)
    {
        var stages = model.Stages.GroupBy(s => s.State).OrderBy(g => Array.IndexOf(RunSection.States, g.Key)).Select(g => $"{Labels.Count(g.Count())} {g.Key}");
        var cells = model.Diff is { } diff ? diff.Summary : $"{Labels.Count(model.Results.Rows.Count)} cells, no snapshot to compare with";
        return model.Stages.Count == 0 ? cells : $"{Labels.Count(model.Stages.Count)} stages: {string.Join(", ", stages)} · {cells}";
    }
}
