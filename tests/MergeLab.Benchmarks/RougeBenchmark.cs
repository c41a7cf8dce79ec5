using System.Diagnostics;
using System.Text.Json;
using MergeLab.Evaluation.Summaries;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>
/// ROUGE-1, -2, -L and -Lsum of 2,000 pairs on one thread, beside rouge_score 0.1.2 under Python 3.11 on an AMD EPYC core
/// (730 pairs per CPU second without stemmer, 300 with). The mean F is compared first: a fast wrong score is no figure.
/// </summary>
sealed class RougeBenchmark : IBenchmark
{
    const double TimesFaster = 50;

    static readonly (bool Stemmer, string Mode, double ReferencePairsPerSecond)[] Cases = [(false, "plain", 730), (true, "stem", 300)];

    public string Name => "rouge";

    public IEnumerable<Figure> Run()
    {
        var expected = JsonDocument.Parse(File.ReadAllText(Repository.Golden("metrics", "speed", "expected.json"))).RootElement;
        var pairs = SummaryPairs.Build();
        if (SummaryPairs.DigestOf(pairs) != expected.GetProperty("sha256").GetString()) throw new InvalidOperationException("the pairs are not those the reference was timed on");
        string[] predictions = [.. pairs.Select(p => p.Prediction)];
        string[][] references = [.. pairs.Select(p => new[] { p.Reference })];
        foreach (var (stemmer, mode, anchor) in Cases)
        {
            var options = new RougeOptions { Stemmer = stemmer };
            var mean = Rouge.Mean(Rouge.ScoreAll(predictions, references, options));
            var meanF = expected.GetProperty("mean_f").GetProperty($"rouge1+rouge2+rougeL+rougeLsum/{mode}");
            for (var t = 0; t < mean.Count; t++)
            {
                if (mean[t].Fmeasure != meanF.GetProperty(options.Types[t].Name).GetDouble())
                    throw new InvalidOperationException($"{options.Types[t]}: mean F {mean[t].Fmeasure:R}, not {meanF.GetProperty(options.Types[t].Name)}");
            }
            var (one, cpu) = Best(() => Rouge.ScoreAll(predictions, references, options));
            var (two, _) = Best(() => Rouge.ScoreAll(predictions, references, options, threads: 2));
            var rate = pairs.Length / cpu;
            var label = stemmer ? "four measures, stemmer" : "four measures, no stemmer";
            yield return new Figure($"{label}, per CPU second", rate, "pairs/s");
            yield return new Figure($"{label}, times rouge_score", rate / anchor, "×", $"≥ {TimesFaster}", rate / anchor >= TimesFaster);
            yield return new Figure($"{label}, two threads over one", one / two, "×");
        }
    }

    /// <summary>The least of several runs, in seconds by the wall and of the processor: the others were disturbed or not yet compiled in full.</summary>
    static (double Wall, double Cpu) Best(Action run)
    {
        var (wall, cpu) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < 15; i++)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            run();
            wall = Math.Min(wall, watch.Elapsed.TotalSeconds);
            cpu = Math.Min(cpu, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        return (wall, cpu);
    }
}
