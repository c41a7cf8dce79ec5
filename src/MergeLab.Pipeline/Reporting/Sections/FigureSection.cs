using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Sections;

/// <summary>The experiment's figures: one drawing a task, and the paper's figures in a drawing of their own.</summary>
static class FigureSection
{
    public static void Write(Html html, ReportModel model, PublishedNote note)
    {
        if (model.Figures.Count == 0) return;
        html.Heading("figures", "Figures");
        foreach (var figure in model.Figures)
        {
            var charts = FigureChart.Of(model, figure);
            if (charts.Count == 0) html.Element("p", $"No results for {Labels.Metric(figure.Y)}.", "none").Line();
            foreach (var chart in charts) Write(html, model, chart, note);
        }
        html.Line("</section>");
    }

    static void Write(Html html, ReportModel model, FigureChart chart, PublishedNote note)
    {
        html.Line("<figure>");
        html.Line($"<figcaption><b>{Markup.Escape(chart.Caption)}</b>. {Markup.Escape(chart.Words)}</figcaption>").Drawing(chart.Draw);
        foreach (var (setup, draw) in chart.Published)
        {
            html.Raw($"<div class=\"theirs\"><p class=\"published\"><b>Published</b>, not ours: {Markup.Escape(setup)}.");
            note.End(html);
            html.Drawing(draw).Line("</div>");
        }
        if (chart.Figure.Note is { } words) html.Element("p", words, "note").Line();
        ProvenanceSection.Rows(html, model, chart.Rows);
        html.Line("</figure>");
    }
}
