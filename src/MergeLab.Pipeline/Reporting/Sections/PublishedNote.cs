using MergeLab.Reporting.Svg;
using MergeLab.Results;

namespace MergeLab.Reporting.Sections;

/// <summary>What is known of the published figures: in full beside the first of them, linked to from the others.</summary>
sealed class PublishedNote(ReportModel model)
{
    const string Id = "published-note";

    bool written;

    public static string Setup(ResultRow row) => row.PublishedSetup ?? "setup not stated";

    /// <summary>Ends a line of text about published figures: with a link, or where the note was not yet given with the note below.</summary>
    public void End(Html html)
    {
        if (written) html.Line($" <a href=\"#{Id}\">Note</a></p>");
        else html.Line($"</p>\n<p class=\"published note\" id=\"{Id}\"><b>published</b> Figures of the paper, on its models and data: not comparable in level with ours, given for the pattern.{Markup.Escape(model.PublishedNote is { } note ? " " + note : "")}</p>");
        written = true;
    }
}
