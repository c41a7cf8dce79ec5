using System.Security.Cryptography;
using System.Text;
using MergeLab.Reporting.Sections;
using MergeLab.Reporting.Svg;
using MergeLab.Results;

namespace MergeLab.Reporting;

/// <summary>
/// One offline file: the answer first, then tables, figures, what changed, what ran and where every figure comes from. No script, no request: its
/// content security policy allows its own style sheet and nothing else.
/// </summary>
public static class HtmlReport
{
    /// <summary>Kinds of figures that can be drawn.</summary>
    public static IReadOnlyList<string> FigureKinds => FigureChart.Kinds;

    static readonly (string Id, string Name)[] sections =
        [("results", "Results"), ("figures", "Figures"), ("changes", "Changes"), ("run", "Run"), ("provenance", "Provenance"), ("stages", "Stages")];

    public static string Write(ReportModel model)
    {
        var body = new Html();
        VerdictSection.Write(body, model, Finding.Of(model));
        var (content, note) = (new Html(), new PublishedNote(model));
        TableSection.Write(content, model, note);
        FigureSection.Write(content, model, note);
        DiffSection.Write(content, model);
        RunSection.Write(content, model);
        ProvenanceSection.Write(content, model);
        ProvenanceSection.Stages(content, model);
        var written = content.ToString();
        body.Line($"<nav>{string.Concat(sections.Where(s => written.Contains($"<section id=\"{s.Id}\">", StringComparison.Ordinal)).Select(s => $"<a href=\"#{s.Id}\">{s.Name}</a>"))}</nav>");
        body.Line("<main>").Raw(written).Line("</main>");
        var style = ReportStyle.Css;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{hash}'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Markup.Escape(model.Title ?? model.Experiment)}</title>
            <style>{style}</style>
            </head>
            <body>
            {body}</body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    /// <summary>Writes a result folder's report and gives its path.</summary>
    public static string WriteTo(string folder, ReportModel model)
    {
        var path = Path.Combine(folder, ResultFiles.Report);
        TextFile.Write(path, Write(model));
        return path;
    }
}
