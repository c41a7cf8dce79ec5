using System.Globalization;
using MergeLab.Reporting.Svg;
using MergeLab.Results;

namespace MergeLab.Reporting.Sections;

/// <summary>Where every figure comes from.</summary>
static class ProvenanceSection
{
    /// <summary>Beyond, the table of a page is no longer read; the Parquet files have all.</summary>
    public const int Most = 2000;

    public static void Write(Html html, ReportModel model)
    {
        html.Heading("provenance", "Provenance");
        html.Line("<dl>");
        foreach (var fact in model.Provenance.Prepend(new ReportFact("seed", model.Seed.ToString(CultureInfo.InvariantCulture))).Prepend(new ReportFact("experiment", model.Experiment)))
            html.Element("dt", fact.Name).Element("dd", fact.Value).Line();
        html.Line("</dl>\n</section>");
    }

    /// <summary>The rows behind a table or figure, folded.</summary>
    public static void Rows(Html html, ReportModel model, IReadOnlyList<ResultRow> rows)
    {
        html.Line("<details><summary>Data and provenance</summary>");
        var keys = model.Stages.Count > 0 ? "; keys in full under <a href=\"#stages\">All stages</a>" : "";
        html.Line($"<p class=\"note\">Seed {model.Seed.ToString(CultureInfo.InvariantCulture)}; versions and runtime under <a href=\"#provenance\">Provenance</a>{keys}.</p>");
        html.Table(["method", "set", "task", "merge digest", "stage key", "models", "examples", "value", "± standard error"], rows.Take(Most).Select(r => (IReadOnlyList<string>)
        [
            Labels.Method(r), r.SetName, r.Task, Labels.Short(r.MergeDigest), Labels.Short(r.StageKey), r.Models.ToString(CultureInfo.InvariantCulture), Labels.Count(r.Examples),
            r.Value.ToString("R", CultureInfo.InvariantCulture).Replace('-', '−'), r.StdErr is { } error ? Labels.Value(error, "") : "",
        ]), numbers: 4, classes: "data");
        html.Line("</details>");
    }

    public static void Stages(Html html, ReportModel model)
    {
        if (model.Stages.Count == 0) return;
        html.Heading("stages", "All stages");
        var left = Most;
        foreach (var kind in model.Stages.GroupBy(s => s.Kind))
        {
            var shown = kind.Take(left).ToArray();
            left -= shown.Length;
            html.Line($"<details id=\"{RunSection.Anchor(kind.Key)}\"><summary>{Markup.Escape(kind.Key)} <small>{Labels.Count(kind.Count())}</small></summary>");
            html.Table(["stage", "state", "key", "time"], shown.Select(s => (IReadOnlyList<string>)[s.Id, s.State, s.Key, Labels.Seconds(s.Seconds)]), numbers: 1, classes: "data");
            if (shown.Length < kind.Count()) html.Element("p", $"{Labels.Count(kind.Count() - shown.Length)} more are in timings.parquet.", "note").Line();
            html.Line("</details>");
        }
        html.Line("</section>");
    }
}
