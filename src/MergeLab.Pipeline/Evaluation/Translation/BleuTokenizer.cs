using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Translation;

/// <summary>sacrebleu's tokenizers, by its names: <c>13a</c>, <c>none</c>, <c>char</c>, <c>intl</c>, <c>zh</c>.</summary>
public sealed class BleuTokenizer
{
    readonly Func<string, string> _apply;

    BleuTokenizer(string name, Func<string, string> apply) => (Name, _apply) = (name, apply);

    public string Name { get; }

    public static IReadOnlyList<BleuTokenizer> All { get; } =
    [
        new("13a", Western),
        new("none", line => line),
        new("char", line => string.Join(' ', line.EnumerateRunes())),
        new("intl", line => Joined(TextPasses.International(line))),
        new("zh", line => Joined(TextPasses.Western(SpaceChinese(line)))),
    ];

    /// <exception cref="ProblemException">No such tokenizer.</exception>
    public static BleuTokenizer Parse(string name) => All.FirstOrDefault(t => t.Name == name)
        ?? throw new ProblemException($"unknown tokenizer '{name}'", remedy: Suggestion.For(name, [.. All.Select(t => t.Name)]));

    /// <summary>The line with its tokens between spaces.</summary>
    public string Tokenize(string line) => _apply(line);

    static string Western(string line)
    {
        line = line.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
        // &amp; comes before &lt;, so "&amp;lt;" ends as "<".
        line = line.Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        return Joined(TextPasses.Western($" {line} "));
    }

    static string Joined(StringBuilder text) => string.Join(' ', PythonText.Split(text.ToString()));

    static string SpaceChinese(string line)
    {
        var spaced = new StringBuilder(line.Length * 3);
        foreach (var c in PythonText.Trim(line))
        {
            if (IsChinese(c)) spaced.Append(' ').Append(c).Append(' ');
            else spaced.Append(c);
        }
        return spaced.ToString();
    }

    /// <summary>
    /// The ranges in effect. sacrebleu means the supplementary planes by U+2001 to U+2A6D and U+2F81 to U+2FA1, and so splits off dashes,
    /// quotation marks and arrows; characters of the planes themselves stay unsplit.
    /// </summary>
    static bool IsChinese(char c) => c
        is (>= '\u2001' and <= '\u2A6D') or (>= '\u2E80' and <= '\u2EFF') or (>= '\u2F00' and <= '\u2FDF') or (>= '\u2FF0' and <= '\u303F')
        or (>= '\u3100' and <= '\u312F') or (>= '\u31A0' and <= '\u31BF') or (>= '\u31C0' and <= '\u31EF') or (>= '\u3200' and <= '\u33FF')
        or (>= '\u3400' and <= '\u4DB5') or (>= '\u4E00' and <= '\u9FBB') or (>= '\uF900' and <= '\uFA2D') or (>= '\uFA30' and <= '\uFA6A')
        or (>= '\uFA70' and <= '\uFAD9') or (>= '\uFE10' and <= '\uFE1F') or (>= '\uFE30' and <= '\uFE4F') or (>= '\uFF00' and <= '\uFFEF');
}
