namespace MergeLab.Reporting.Charts;

/// <summary>Values of a range to positions of another. A range without extent maps to the middle.</summary>
public readonly record struct LinearScale(double From, double To, double Start, double End)
{
    public double this[double value] => To == From ? (Start + End) / 2 : Start + ((value - From) / (To - From) * (End - Start));

    /// <summary>A scale from the first tick to the last around these values.</summary>
    public static (LinearScale Scale, Ticks Ticks) Around(IEnumerable<double> values, double start, double end, int wanted)
    {
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var ticks = Ticks.Around(finite.Min(), finite.Max(), wanted);
        return (new LinearScale(ticks.Values[0], ticks.Values[^1], start, end), ticks);
    }
}
