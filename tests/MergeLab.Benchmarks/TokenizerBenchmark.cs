using System.Diagnostics;
using MergeLab.Data.Tokenizers;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>Megabytes of UTF-8 a second through a WordLevel tokenizer, line by line, on one thread.</summary>
sealed class TokenizerBenchmark : IBenchmark
{
    const int Lines = 60_000, WordsALine = 12, Repeats = 3;

    public string Name => "tokenizer";

    public IEnumerable<Figure> Run()
    {
        var tokenizer = Tokenizer.Load(Repository.Golden("tokenizers", "wordlevel"));
        var lines = Corpus(tokenizer);
        var bytes = lines.Sum(l => (double)System.Text.Encoding.UTF8.GetByteCount(l));
        var (best, tokens) = (double.MaxValue, 0L);
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            tokens = 0;
            var watch = Stopwatch.StartNew();
            foreach (var line in lines) tokens += tokenizer.Encode(line).Length;
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        yield return new Figure($"WordLevel, {bytes / 1e6:F1} MB, {tokens:N0} tokens", bytes / 1e6 / best, "MB/s");
    }

    /// <summary>Words of the vocabulary, one in ten unknown and in capitals.</summary>
    static string[] Corpus(Tokenizer tokenizer)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Lines).Select(_ => string.Join(' ', Enumerable.Range(0, WordsALine)
            .Select(_ => random.Next(10) == 0 ? $"Zebra{random.Next(100)}" : tokenizer.IdToToken(random.Next(4, tokenizer.IdLimit)))))];
    }
}
