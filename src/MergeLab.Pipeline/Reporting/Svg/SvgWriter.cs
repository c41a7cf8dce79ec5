using System.Globalization;
using System.Text;

namespace MergeLab.Reporting.Svg;

/// <summary>
/// Writes one drawing: a line an element, numbers in invariant form with at most two decimals, looks by class only (the page's style sheet knows
/// light, dark and print), no ids. The same drawing is the same text.
/// </summary>
public sealed class SvgWriter
{
    readonly StringBuilder text = new();
    readonly Stack<string> open = new();

    /// <param name="label">What the drawing shows, for those who cannot see it.</param>
    public SvgWriter(double width, double height, string label, string classes = "")
    {
        Open("svg", $"""viewBox="0 0 {Number(width)} {Number(height)}" width="{Number(width)}" height="{Number(height)}" role="img" aria-label="{Markup.Escape(label)}"{Class(classes)}""");
    }

    public static string Number(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(nameof(value), value, "a drawing has finite coordinates");
        var rounded = Math.Round(value, 2, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0 : rounded).ToString("0.##", CultureInfo.InvariantCulture); // no negative zero
    }

    /// <param name="title">Shown by browsers on hovering.</param>
    public SvgWriter Group(string classes, string? title = null)
    {
        Open("g", Class(classes).TrimStart());
        return title is null ? this : Leaf($"<title>{Markup.Escape(title)}</title>");
    }

    public SvgWriter Link(string anchor)
    {
        Open("a", $"href=\"#{Markup.Escape(anchor)}\"");
        return this;
    }

    public SvgWriter End()
    {
        var name = open.Pop();
        return Leaf($"</{name}>");
    }

    public SvgWriter Line(double x1, double y1, double x2, double y2, string classes) =>
        Leaf($"""<line x1="{Number(x1)}" y1="{Number(y1)}" x2="{Number(x2)}" y2="{Number(y2)}"{Class(classes)}/>""");

    public SvgWriter Rect(double x, double y, double width, double height, string classes, double radius = 0) =>
        Leaf($"""<rect x="{Number(x)}" y="{Number(y)}" width="{Number(width)}" height="{Number(height)}"{(radius > 0 ? $" rx=\"{Number(radius)}\"" : "")}{Class(classes)}/>""");

    public SvgWriter Circle(double x, double y, double radius, string classes) => Leaf($"""<circle cx="{Number(x)}" cy="{Number(y)}" r="{Number(radius)}"{Class(classes)}/>""");

    public SvgWriter Path(string path, string classes) => Leaf($"""<path d="{path}"{Class(classes)}/>""");

    /// <param name="anchor">start, middle or end.</param>
    public SvgWriter Text(double x, double y, string content, string classes, string anchor = "start") =>
        Leaf($"""<text x="{Number(x)}" y="{Number(y)}"{(anchor == "start" ? "" : $" text-anchor=\"{anchor}\"")}{Class(classes)}>{Markup.Escape(content)}</text>""");

    /// <summary>Ends what is open.</summary>
    public override string ToString()
    {
        while (open.Count > 0) End();
        return text.ToString();
    }

    void Open(string name, string attributes)
    {
        Leaf($"<{name}{(attributes.Length > 0 ? " " + attributes : "")}>");
        open.Push(name);
    }

    SvgWriter Leaf(string line)
    {
        text.Append(line).Append('\n');
        return this;
    }

    static string Class(string classes) => classes.Length == 0 ? "" : $" class=\"{classes}\"";
}
