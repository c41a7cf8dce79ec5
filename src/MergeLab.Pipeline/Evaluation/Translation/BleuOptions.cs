using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Evaluation.Translation;

/// <summary>What stands in for an n-gram order without a match (Chen and Cherry, 2014).</summary>
public enum BleuSmoothing
{
    /// <summary>Half of one match, halved again at every further order without one.</summary>
    Exp,

    /// <summary>A small constant count.</summary>
    Floor,

    /// <summary>A constant added to matches and totals from bigrams on.</summary>
    AddK,

    /// <summary>Nothing: the score is 0.</summary>
    None,
}

/// <summary>sacrebleu's options, with its defaults.</summary>
public sealed record BleuOptions
{
    public BleuTokenizer Tokenizer { get; init; } = BleuTokenizer.Parse("13a");
    public bool Lowercase { get; init; }
    public BleuSmoothing Smoothing { get; init; }

    /// <summary>Null: 0.1 for <see cref="BleuSmoothing.Floor"/>, 1 for <see cref="BleuSmoothing.AddK"/>.</summary>
    public double? SmoothValue { get; init; }

    public int MaxOrder { get; init; } = 4;

    /// <summary>Average over the orders a hypothesis is long enough for.</summary>
    public bool EffectiveOrder { get; init; }

    internal double SmoothAmount => SmoothValue ?? (Smoothing == BleuSmoothing.Floor ? 0.1 : 1);

    static readonly (string Name, BleuSmoothing Smoothing)[] Names =
        [("exp", BleuSmoothing.Exp), ("floor", BleuSmoothing.Floor), ("add-k", BleuSmoothing.AddK), ("none", BleuSmoothing.None)];

    public static IReadOnlyList<string> SmoothingNames { get; } = [.. Names.Select(n => n.Name)];

    /// <exception cref="ProblemException">No such method.</exception>
    public static BleuSmoothing ParseSmoothing(string name) => Array.Find(Names, n => n.Name == name) is { Name: not null } known
        ? known.Smoothing
        : throw new ProblemException($"unknown smoothing method '{name}'", remedy: Suggestion.For(name, SmoothingNames));

    /// <param name="references">References per line, or null where lines differ.</param>
    internal string Signature(int? references)
    {
        var smooth = Array.Find(Names, n => n.Smoothing == Smoothing).Name;
        if (Smoothing is BleuSmoothing.Floor or BleuSmoothing.AddK) smooth += string.Create(CultureInfo.InvariantCulture, $"[{SmoothAmount:F2}]");
        return $"{Signatures.References(references)}|case:{Signatures.Case(Lowercase)}|eff:{Signatures.YesNo(EffectiveOrder)}|tok:{Tokenizer.Name}|smooth:{smooth}|{Signatures.Version}";
    }
}

/// <summary>Pieces of sacrebleu's signatures.</summary>
static class Signatures
{
    /// <summary>The release of sacrebleu whose results these are.</summary>
    public const string Version = "version:2.6.0";

    public static string References(int? count) => string.Create(CultureInfo.InvariantCulture, $"nrefs:{(count is { } n ? n : "var")}");

    public static string Case(bool lowercase) => lowercase ? "lc" : "mixed";

    public static string YesNo(bool value) => value ? "yes" : "no";

    /// <summary>The number of references every line has, or null where lines differ.</summary>
    public static int? Count<T>(IReadOnlyList<IReadOnlyList<T>> references) =>
        references.All(r => r.Count == references[0].Count) ? references[0].Count : null;
}
