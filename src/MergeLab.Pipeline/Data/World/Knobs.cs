using System.Globalization;

namespace MergeLab.Data.World;

/// <summary>Whole numbers with weights, written <c>"1:2 3:5"</c>: 1 twice in seven draws, 3 five times.</summary>
public sealed class Mix
{
    readonly (int Value, int Weight)[] _parts;
    readonly int _total;

    Mix((int Value, int Weight)[] parts)
    {
        _parts = parts;
        _total = parts.Sum(p => p.Weight);
    }

    public static implicit operator Mix(string text) => Parse(text);

    public static Mix Parse(string text) => new([.. text.Split(' ').Select(part =>
    {
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        return (int.Parse(part.AsSpan(0, colon), CultureInfo.InvariantCulture), int.Parse(part.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    })]);

    public int Draw(CounterRandom random)
    {
        var left = random.Below(_total);
        foreach (var (value, weight) in _parts)
        {
            if (left < weight) return value;
            left -= weight;
        }
        throw new InvalidOperationException("weights sum to less than their total");
    }

    public override string ToString() => string.Join(' ', _parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Value}:{p.Weight}")));
}

/// <summary>What makes a task easier or harder. Each row of <see cref="TaskTable"/> sets the ones its generator reads.</summary>
public sealed record Knobs
{
    /// <summary>
    /// How hard a row is: number of events, hops, people or fields, by task. Several levels in one task keep a half-trained model
    /// between nothing and everything: it solves the easy rows first.
    /// </summary>
    public Mix Level { get; init; } = "1:1";

    /// <summary>Percent of fields in which one event of a story repeats another: the more, the less a single word gives away.</summary>
    public int Overlap { get; init; } = 40;

    /// <summary>Percent of distractor events that are denied ("did not buy").</summary>
    public int Negation { get; init; } = 15;

    /// <summary>Percent of sentences that get a meaningless neighbour or interjection.</summary>
    public int Noise { get; init; }

    /// <summary>Percent of verbs replaced by a synonym in the question.</summary>
    public int Synonyms { get; init; }

    /// <summary>
    /// Percent of the base's rows whose answer comes in a random style, whatever the wording asks: the uncertainty about form that an
    /// adapter resolves.
    /// </summary>
    public int StrayStyle { get; init; } = 30;

    /// <summary>
    /// Percent of those random styles that are the task's own; the others share the rest; null: all
    /// alike. Below half the base leans to another guideline than
    /// the task's on the rows where they disagree.
    /// </summary>
    public int? OwnStyle { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"level {Level}, overlap {Overlap}, negation {Negation}, noise {Noise}, synonyms {Synonyms}, stray style {StrayStyle}, own {(OwnStyle is { } own ? own : "alike")}");
}
