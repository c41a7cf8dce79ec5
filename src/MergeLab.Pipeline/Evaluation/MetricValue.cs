using System.Globalization;

namespace MergeLab.Evaluation;

/// <summary>A prediction or a reference: a text or a number. Texts sort after numbers.</summary>
public readonly record struct MetricValue : IComparable<MetricValue>
{
    public MetricValue(string text) => Text = text;

    public MetricValue(double number) => Number = number;

    /// <summary>Null of a number.</summary>
    public string? Text { get; }

    public double Number { get; }

    public int CompareTo(MetricValue other) => (Text, other.Text) switch
    {
        (null, null) => Number.CompareTo(other.Number),
        (null, _) => -1,
        (_, null) => 1,
        _ => string.CompareOrdinal(Text, other.Text),
    };

    public override string ToString() => Text ?? Number.ToString("R", CultureInfo.InvariantCulture);

    public static implicit operator MetricValue(string text) => new(text);

    public static implicit operator MetricValue(double number) => new(number);

    public static bool operator <(MetricValue left, MetricValue right) => left.CompareTo(right) < 0;

    public static bool operator >(MetricValue left, MetricValue right) => left.CompareTo(right) > 0;

    public static bool operator <=(MetricValue left, MetricValue right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MetricValue left, MetricValue right) => left.CompareTo(right) >= 0;
}
