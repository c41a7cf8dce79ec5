using System.Text.RegularExpressions;
using MergeLab.Evaluation.Text;

namespace MergeLab.Evaluation.Classification;

/// <summary>Exact match and word F1 of extractive question answering (Rajpurkar et al., SQuAD, 2016), in [0, 1]; the best answer counts.</summary>
public static partial class Squad
{
    public static double ExactMatch(string prediction, IReadOnlyList<string> answers)
    {
        var words = Normalise(prediction);
        return answers.Any(a => Normalise(a).SequenceEqual(words)) ? 1 : 0;
    }

    /// <summary>0 where either side has no word left, even if both have none.</summary>
    public static double F1(string prediction, IReadOnlyList<string> answers)
    {
        var words = Normalise(prediction);
        return answers.Max(a => F1(words, Normalise(a)));
    }

    static double F1(List<string> prediction, List<string> answer)
    {
        var left = answer.CountBy(w => w).ToDictionary();
        var shared = 0;
        foreach (var word in prediction)
        {
            if (!left.TryGetValue(word, out var count) || count == 0) continue;
            left[word] = count - 1;
            shared++;
        }
        if (shared == 0) return 0;
        var (precision, recall) = ((double)shared / prediction.Count, (double)shared / answer.Count);
        return 2 * precision * recall / (precision + recall);
    }

    /// <summary>Lower-case words without ASCII marks and English articles.</summary>
    static List<string> Normalise(string text)
    {
        var bare = string.Concat(PythonText.Lower(text).Where(c => !Classification.ExactMatch.IsMark(c)));
        return PythonText.Split(Article().Replace(bare, " "));
    }

    [GeneratedRegex(@"\b(a|an|the)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Article();
}
