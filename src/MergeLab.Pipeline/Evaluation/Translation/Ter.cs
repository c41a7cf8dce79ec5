using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Translation;

/// <summary>sacrebleu's options of TER, with its defaults.</summary>
public sealed record TerOptions
{
    public bool Normalized { get; init; }
    public bool NoPunct { get; init; }
    public bool CaseSensitive { get; init; }
    public bool AsianSupport { get; init; }

    internal string Signature(int? references) =>
        $"{Signatures.References(references)}|case:{Signatures.Case(!CaseSensitive)}|tok:tercom|norm:{Signatures.YesNo(Normalized)}|punct:{Signatures.YesNo(!NoPunct)}|asian:{Signatures.YesNo(AsianSupport)}|{Signatures.Version}";
}

/// <param name="Edits">Insertions, deletions, substitutions and shifts to the reference nearest by.</param>
/// <param name="ReferenceLength">Mean words of the references.</param>
public sealed record TerCounts(long Edits, double ReferenceLength)
{
    /// <summary>In per cent; 100 for words where the reference has none.</summary>
    public double Score => 100 * (ReferenceLength > 0 ? Edits / ReferenceLength : Edits > 0 ? 1 : 0);

    public static TerCounts Sum(IEnumerable<TerCounts> lines) =>
        lines.Aggregate(new TerCounts(0, 0), (sum, line) => new TerCounts(sum.Edits + line.Edits, sum.ReferenceLength + line.ReferenceLength));
}

/// <summary>Translation edit rate (Snover et al., 2006) as sacrebleu 2 computes it, Tercom's limits on shifts included.</summary>
public static class Ter
{
    public static TerCounts Sentence(string hypothesis, IReadOnlyList<string> references, TerOptions? options = null) => CountAll([hypothesis], [references], options)[0];

    /// <exception cref="ProblemException">Lengths differ, or a line has no reference.</exception>
    public static TerCounts[] CountAll(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, TerOptions? options = null, int threads = 1)
    {
        Pairing.Check(hypotheses.Count, references);
        var chosen = options ?? new();
        var counts = new TerCounts[hypotheses.Count];
        Segments.Run(counts.Length, threads, () => new Vocabulary(), (words, i) =>
        {
            words.Clear();
            var hypothesis = Read(hypotheses[i], chosen, words);
            long fewest = long.MaxValue, length = 0;
            foreach (var reference in references[i])
            {
                var expected = Read(reference, chosen, words);
                fewest = Math.Min(fewest, TerEdits.Count(hypothesis, expected));
                length += expected.Length;
            }
            counts[i] = new TerCounts(fewest, (double)length / references[i].Count);
        });
        return counts;
    }

    static int[] Read(string text, TerOptions options, Vocabulary words)
    {
        var line = PythonText.TrimEnd(text).ToString();
        if (!options.CaseSensitive) line = PythonText.Lower(line);
        if (options.Normalized) line = Normalise(line);
        if (options is { Normalized: true, AsianSupport: true }) line = SpaceAsian(line);
        if (options.NoPunct) line = string.Concat(line.Where(c => c is not ('.' or ',' or '?' or ':' or ';' or '!' or '"' or '(' or ')')));
        if (options is { NoPunct: true, AsianSupport: true }) line = string.Concat(line.Where(c => !IsAsianMark(c)));
        var tokens = new List<int>();
        var at = 0;
        for (var word = PythonText.NextWord(line, ref at); !word.IsEmpty; word = PythonText.NextWord(line, ref at)) tokens.Add(words.Intern(word));
        return [.. tokens];
    }

    static string Normalise(string line)
    {
        line = line.Replace("\n-", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        return TextPasses.Western($" {line} ", possessive: true).ToString();
    }

    static string SpaceAsian(string line)
    {
        var spaced = new StringBuilder(line.Length * 3);
        foreach (var c in line)
        {
            if (IsIdeograph(c) || IsAsianMark(c)) spaced.Append(' ').Append(c).Append(' ');
            else spaced.Append(c);
        }
        // A line of one kind of kana alone would be set off by spaces too, which changes no word.
        return spaced.ToString();
    }

    static bool IsIdeograph(char c) => c
        is (>= '\u2E80' and <= '\u2EFF') or (>= '\u31C0' and <= '\u31EF') or (>= '\u3200' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF')
        or (>= '\uF900' and <= '\uFAFF') or (>= '\uFE30' and <= '\uFE4F');

    static bool IsAsianMark(char c) => c
        is '\u3001' or '\u3002' or (>= '\u3008' and <= '\u3011') or (>= '\u3014' and <= '\u301F') or (>= '\uFF61' and <= '\uFF65') or '\u30FB'
        or '\uFF0E' or '\uFF0C' or '\uFF1F' or '\uFF1A' or '\uFF1B' or '\uFF01' or '\uFF02' or '\uFF08' or '\uFF09';
}
