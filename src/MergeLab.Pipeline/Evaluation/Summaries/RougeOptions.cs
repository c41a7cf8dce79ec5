using MergeLab.Core.Errors;

namespace MergeLab.Evaluation.Summaries;

/// <summary>What rouge_score counts as a word.</summary>
public enum RougeTokenization
{
    /// <summary>Runs of a–z and 0–9 after lower-casing; stemmed when asked for.</summary>
    Words,

    /// <summary>What white space separates, as it stands.</summary>
    Whitespace,
}

/// <summary>A ROUGE measure by its name: <c>rouge1</c> to <c>rouge9</c>, <c>rougeL</c>, <c>rougeLsum</c>.</summary>
public readonly record struct RougeType
{
    RougeType(string name, int order) => (Name, Order) = (name, order);

    public string Name { get; }

    /// <summary>n of an n-gram measure; 0 for the two that use longest common subsequences.</summary>
    internal int Order { get; }

    /// <summary>Longest common subsequence of the whole texts; line breaks mean nothing.</summary>
    public static RougeType L { get; } = new("rougeL", 0);

    /// <summary>Union of longest common subsequences line by line.</summary>
    public static RougeType Lsum { get; } = new("rougeLsum", 0);

    public static RougeType N(int order) => order is >= 1 and <= 9
        ? new($"rouge{(char)('0' + order)}", order)
        : throw new ArgumentOutOfRangeException(nameof(order), order, "rouge counts n-grams of 1 to 9 words");

    /// <exception cref="ProblemException">No such measure.</exception>
    public static RougeType Parse(string name) => name switch
    {
        "rougeL" => L,
        "rougeLsum" => Lsum,
        ['r', 'o', 'u', 'g', 'e', >= '1' and <= '9'] => N(name[5] - '0'),
        _ => throw new ProblemException($"unknown ROUGE measure '{name}'", remedy: "known: rouge1 to rouge9, rougeL, rougeLsum"),
    };

    public override string ToString() => Name;
}

/// <summary>How to compute ROUGE.</summary>
public sealed record RougeOptions
{
    /// <summary>The measures, in the order results are given. Default: the four of <c>evaluate</c>'s <c>rouge</c>.</summary>
    public IReadOnlyList<RougeType> Types { get; init; } = [RougeType.N(1), RougeType.N(2), RougeType.L, RougeType.Lsum];

    /// <summary>Reduce words longer than three letters by <see cref="PorterStemmer"/>.</summary>
    public bool Stemmer { get; init; }

    public RougeTokenization Tokenization { get; init; }
}
