namespace MergeLab.Data.World;

/// <summary>
/// Span corruption (Raffel et al., JMLR 2020, section 3.1.4) over training texts of the world: one to three spans of one to three words,
/// each replaced by a sentinel; the target lists sentinels and spans and ends with one more sentinel.
/// </summary>
public static class Denoising
{
    public const string Name = "denoising";

    const int MaxSpans = 3;
    const int MaxSpanWords = 3;
    const int FewestWords = 6;

    static readonly string[] Texts = ["text", "table"];

    static readonly WorldTask[] Sources =
        [.. TaskTable.All.Concat(TaskTable.BaseOnly).Where(t => Texts.Any(s => t.Wordings[0].Text.Contains($"{{{s}}}", StringComparison.Ordinal)))];

    public static Example Get(ulong seed, long index)
    {
        var random = new CounterRandom(seed, Name, Split.Train, index);
        for (var turn = 0; ; turn++)
        {
            var words = random.Pick(Sources).TextForBase(seed, random.Below(int.MaxValue), Texts).Split(' ');
            if (words.Length >= FewestWords) return Corrupt(random, words);
            if (turn == 100) throw new InvalidOperationException("no text of the world is long enough to hide a span in");
        }
    }

    static Example Corrupt(CounterRandom random, string[] words)
    {
        var spans = random.Between(1, Math.Min(MaxSpans, words.Length / FewestWords));
        var (input, target) = (new List<string>(words.Length), new List<string>());
        var from = 0;
        for (var s = 0; s < spans; s++)
        {
            // Each span lies in its own stretch of the text, with at least one word kept between two.
            var end = words.Length * (s + 1) / spans;
            var length = random.Between(1, Math.Min(MaxSpanWords, end - from - 2));
            var start = random.Between(from + 1, end - length);
            input.AddRange(words[from..start]);
            input.Add(Sentinel(s));
            target.Add(Sentinel(s));
            target.AddRange(words[start..(start + length)]);
            from = start + length;
            input.AddRange(words[from..end]);
            from = end;
        }
        target.Add(Sentinel(spans));
        return new Example(string.Join(' ', input), string.Join(' ', target));
    }

    static string Sentinel(int n) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"<extra_id_{n}>");
}
