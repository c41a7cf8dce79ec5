using MergeLab.Reporting.Svg;

namespace MergeLab.Reporting.Charts;

/// <summary>Ticks, their labels and grid lines.</summary>
static class Axis
{
    public const double Type = 12;

    /// <summary>Grid lines across the plot, labels left of it.</summary>
    public static void Vertical(SvgWriter svg, LinearScale scale, Ticks ticks, double left, double right)
    {
        foreach (var tick in ticks.Values)
        {
            svg.Line(left, scale[tick], right, scale[tick], "grid");
            svg.Text(left - 8, scale[tick] + 4, ticks.Label(tick), "tick", "end");
        }
    }

    /// <summary>Grid lines up the plot, labels under it; a label without room beside the last is left out.</summary>
    /// <param name="line">Ends of the axis, where they are not the scale's.</param>
    public static void Horizontal(SvgWriter svg, LinearScale scale, Ticks ticks, double top, double bottom, bool grid, (double From, double To)? line = null)
    {
        var free = double.NegativeInfinity;
        foreach (var tick in ticks.Values)
        {
            var (x, label) = (scale[tick], ticks.Label(tick));
            if (grid) svg.Line(x, top, x, bottom, "grid");
            else svg.Line(x, bottom, x, bottom + 4, "axis");
            var half = TextWidths.Of(label, Type) / 2;
            if (x - half < free) continue;
            svg.Text(x, bottom + 18, label, "tick", "middle");
            free = x + half + 6;
        }
        svg.Line(line?.From ?? scale.Start, bottom, line?.To ?? scale.End, bottom, "axis");
    }

    public static double LabelWidth(Ticks ticks) => ticks.Values.Max(t => TextWidths.Of(ticks.Label(t), Type));
}
