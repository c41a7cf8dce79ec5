namespace MergeLab.Data.World.Texts;

/// <summary>Words that say nothing about the question.</summary>
public static class Noise
{
    static readonly string[] Sentences = ["it was cold .", "people talked a lot .", "the sky was grey .", "nobody knew why ."];

    public static readonly string[] Interjections = ["well ,", "oh ,", "so ,"];

    /// <summary>
    /// Sentences joined by spaces; each gets an interjection before it with <paramref name="percent"/>, and the whole at most one
    /// empty sentence, with the same chance, so that noise cannot make a text overlong.
    /// </summary>
    public static string Join(CounterRandom random, IReadOnlyList<string> sentences, int percent)
    {
        var parts = new List<string>(sentences.Count + 1);
        foreach (var sentence in sentences) parts.Add(random.Percent(percent) ? $"{random.Pick(Interjections)} {sentence}" : sentence);
        if (random.Percent(percent)) parts.Insert(random.Below(parts.Count + 1), random.Pick(Sentences));
        return string.Join(' ', parts);
    }
}
