using System.Security.Cryptography;
using System.Text;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>2,000 pairs of about 60 words, drawn by SplitMix64: the texts the reference implementations were timed on.</summary>
static class SummaryPairs
{
    static readonly string[] FunctionWords = "the a of to in and is was for on with that it as by at from are be has".Split(' ');

    public static (string Prediction, string Reference)[] Build(int pairs = 2000)
    {
        var vocabulary = File.ReadLines(Repository.Golden("metrics", "words.txt")).Where(w => w.Length > 0).Skip(1100).Take(3000).ToArray();
        var state = 12345UL;
        ulong Next()
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
        string Word() => Next() % 100 < 30 ? FunctionWords[Next() % 20] : vocabulary[Next() % 3000];
        var built = new (string, string)[pairs];
        for (var p = 0; p < pairs; p++)
        {
            var reference = new string[50 + (Next() % 21)];
            for (var i = 0; i < reference.Length; i++) reference[i] = Word();
            var prediction = new List<string>();
            foreach (var word in reference)
            {
                var fate = Next() % 100;
                if (fate < 20) prediction.Add(Word());
                else if (fate >= 28) prediction.Add(word);
                if (fate is >= 28 and < 36) prediction.Add(Word());
            }
            built[p] = (Lines(prediction), Lines(reference));
        }
        return built;
    }

    public static string DigestOf((string Prediction, string Reference)[] pairs) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(pairs.Select(p => $"{p.Prediction}\0{p.Reference}\u0001")))));

    static string Lines(IReadOnlyList<string> words) => string.Concat(words.Select((w, i) => w + ((i + 1) % 15 == 0 ? ".\n" : " ")));
}
