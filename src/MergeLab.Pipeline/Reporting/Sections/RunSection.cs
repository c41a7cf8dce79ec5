using MergeLab.Reporting.Charts;
using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Sections;

/// <summary>What ran: the graph by kinds, and where the time went.</summary>
static class RunSection
{
    public static readonly string[] States = ["cached", "ran", "failed", "skipped"];

    public static void Write(Html html, ReportModel model)
    {
        if (model.Stages.Count == 0) return;
        html.Heading("run", "Run");
        var kinds = model.Stages.GroupBy(s => s.Kind).ToArray();
        var kindOf = model.Stages.ToDictionary(s => s.Id, s => s.Kind, StringComparer.Ordinal);
        var edges = model.Stages.SelectMany(s => s.Needs.Where(kindOf.ContainsKey).Select(n => (From: kindOf[n], To: s.Kind))).Where(e => e.From != e.To).Distinct().ToArray();
        var graph = new StageGraph(
            "Stages by kind, from what is needed to what needs it",
            [.. kinds.Select(k => new StageBox(k.Key, Anchor(k.Key), [.. States.Select(state => (state, k.Count(s => s.State == state)))]))], edges);
        html.Line("<figure>").Line($"<figcaption><b>Stages by kind.</b> <span class=\"key\">{string.Concat(States.Where(s => model.Stages.Any(x => x.State == s)).Select(s => $"<span class=\"swatch {s}\"></span>{s} "))}</span></figcaption>");
        html.Drawing(graph.Draw, 940).Line("</figure>");
        var spent = kinds.Select(k => (k.Key, Seconds: k.Sum(s => s.Seconds))).OrderByDescending(k => k.Seconds).ThenBy(k => k.Key, StringComparer.Ordinal);
        var bars = new BarChart("Time by kind of stage", [.. spent.Select(k => new Bar(k.Key, k.Seconds, Labels.Seconds(k.Seconds)))]);
        html.Line("<figure>").Line("<figcaption><b>Time by kind.</b> Sums over stages, cached ones as they took when they ran.</figcaption>").Drawing(bars.Draw).Line("</figure>");
        foreach (var failed in model.Stages.Where(s => s.State == "failed")) html.Line($"<p class=\"failed\">Failed: <code>{Markup.Escape(failed.Id)}</code></p>");
        html.Line("</section>");
    }

    /// <summary>Id of a kind's stages in the page: letters and digits only.</summary>
    public static string Anchor(string kind) => "stages-" + string.Concat(kind.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
