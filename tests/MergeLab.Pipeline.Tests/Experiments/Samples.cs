using MergeLab.Core.Errors;
using MergeLab.Experiments;

namespace MergeLab.Pipeline.Tests.Experiments;

/// <summary>An experiment that uses every key, to be changed by tests.</summary>
static class Samples
{
    public const string File = "/lab/experiments/micro/sample.yaml";

    public const string Text = """
        name: sample
        title: A sample
        paper: { title: On samples, table: 3 }
        seed: 17
        base: ../zoo/base
        adapters:
          a: ../zoo/lora/a
          b: ../zoo/lora/b
          c: ../zoo/lora/c
        tasks:
          a: { data: ../zoo/a.jsonl, split: test, limit: 200, metric: exact_match }
          b: { data: ../zoo/b.csv, metric: accuracy, choose: true }
          c: { data: ../zoo/c.jsonl, metric: [rouge, { name: bleu, max_order: 2 }], prompt: "say {input} :" }
          far: { data: ../zoo/far.jsonl, split: test, limit: 50, metric: rouge, held_out: true, generate: { max_new_tokens: 24 } }
        sets:
          two: [a, b]
          three: [a, b, c]
        merges:
          - method: geometric_median
            sets: [two, three]
            parameters: { granularity: matrix }
          - method: average
            sets: [two]
        baselines: [pretrained, individual]
        evaluate: { tasks: all, batch_size: 8 }
        published:
          setup: Somewhere else
          cells:
            - { method: average, set: two, task: far, metric: rouge1, value: 0.3 }
        tolerance: { rouge: 0.02, rouge1: 0.03, exact_match: 0.005 }
        tables: [ { rows: method, columns: set, metric: rouge1, task: far } ]
        figures: [ { kind: line, x: models, y: rouge1, series: method } ]
        slow: true
        """;

    public static Experiment Read(string text = Text) => ExperimentReader.Read(text, File);

    /// <summary>The sample with one piece replaced, which must be there.</summary>
    public static string With(string piece, string replacement)
    {
        Assert.Contains(piece, Text, StringComparison.Ordinal);
        return Text.Replace(piece, replacement, StringComparison.Ordinal);
    }

    public static Problem Refused(string text) => Assert.Throws<ProblemException>(() => Read(text)).Problem;
}
