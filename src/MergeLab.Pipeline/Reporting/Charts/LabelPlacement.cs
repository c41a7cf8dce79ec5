namespace MergeLab.Reporting.Charts;

/// <summary>Positions of labels on a line.</summary>
static class LabelPlacement
{
    /// <summary>Positions near the wanted ones, at least a distance apart, within bounds where there is room.</summary>
    /// <param name="wanted">Ascending.</param>
    public static double[] Spread(double[] wanted, double distance, double low, double high)
    {
        // Labels that collide form a block around the mean of what they want; blocks that collide merge.
        var blocks = new List<(double Centre, int Count)>();
        foreach (var at in wanted)
        {
            var (centre, count) = (at, 1);
            while (blocks.Count > 0 && blocks[^1] is var last && last.Centre + (last.Count * distance / 2) > centre - (count * distance / 2))
            {
                centre = ((last.Centre * last.Count) + (centre * count)) / (last.Count + count);
                count += last.Count;
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add((centre, count));
        }
        var placed = new List<double>();
        foreach (var (centre, count) in blocks)
        {
            var half = (count - 1) * distance / 2;
            var middle = Math.Clamp(centre, Math.Min(low + half, high - half), Math.Max(low + half, high - half));
            for (var i = 0; i < count; i++) placed.Add(middle - half + (i * distance));
        }
        return [.. placed];
    }
}
