using System.Text;
using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Sections;

/// <summary>Writes HTML. Every text goes through <see cref="Markup"/>; only what this assembly made itself goes in raw.</summary>
sealed class Html
{
    readonly StringBuilder text = new();

    public Html Raw(string markup)
    {
        text.Append(markup);
        return this;
    }

    public Html Element(string name, string content, string classes = "") =>
        Raw($"<{name}{(classes.Length > 0 ? $" class=\"{classes}\"" : "")}>{Markup.Escape(content)}</{name}>");

    public Html Line(string markup = "") => Raw(markup).Raw("\n");

    public Html Heading(string id, string content) => Line($"<section id=\"{id}\">\n<h2>{Markup.Escape(content)}</h2>");

    /// <summary>A drawing in two widths; the style sheet shows the one that fits.</summary>
    public Html Drawing(Func<double, string> draw, double most = 720)
    {
        var (wide, narrow) = (draw(most), draw(350));
        return wide == narrow ? Line($"<div>{wide}</div>") : Line($"<div class=\"wide\">{wide}</div>\n<div class=\"narrow\">{narrow}</div>");
    }

    /// <param name="numbers">How many of the last columns are numbers.</param>
    public Html Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, int numbers = 0, string classes = "")
    {
        string Class(int column) => column >= heads.Count - numbers ? " class=\"n\"" : "";
        Line($"<div class=\"scroll\"><table{(classes.Length > 0 ? $" class=\"{classes}\"" : "")}>\n<thead><tr>{string.Concat(heads.Select((h, i) => $"<th scope=\"col\"{Class(i)}>{Markup.Escape(h)}</th>"))}</tr></thead>\n<tbody>");
        foreach (var row in rows)
            Line($"<tr>{string.Concat(row.Select((cell, i) => i == 0 ? $"<th scope=\"row\"{Class(i)}>{Markup.Escape(cell)}</th>" : $"<td{Class(i)}>{Markup.Escape(cell)}</td>"))}</tr>");
        return Line("</tbody></table></div>");
    }

    public override string ToString() => text.ToString();
}
