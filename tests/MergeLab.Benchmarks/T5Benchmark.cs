using System.Runtime.InteropServices;
using System.Text;
using MergeLab.Models.Common;
using MergeLab.Models.Generation;
using MergeLab.Models.T5;

namespace MergeLab.Benchmarks;

/// <summary>
/// T5 (985 k weights, batch 50, one thread) beside the same model in libtorch C++: native/t5_twin.cpp. Same kernels, so what differs
/// is the way from C# to them, and that the model adds in place and, decoding, does without small matrix products, which the straight C++ does not.
/// Runs alternate, since other work on the machine comes and goes.
/// </summary>
sealed class T5Benchmark : IBenchmark
{
    const int Rounds = 15;
    const int WarmUps = 40;
    const int RunsEach = 3;
    const int Rows = 50;
    const int InputLength = 25;
    const int TargetLength = 25;

    static readonly T5Config Config = new()
    {
        VocabularySize = 512,
        Width = 128,
        HeadWidth = 32,
        Heads = 4,
        FeedForwardWidth = 512,
        EncoderLayers = 2,
        DecoderLayers = 2,
    };

    public string Name => "t5";

    public IEnumerable<Figure> Run()
    {
        var folder = Directory.CreateTempSubdirectory("mergelab-bench-").FullName;
        try
        {
            foreach (var figure in Compare(folder)) yield return figure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static IEnumerable<Figure> Compare(string folder)
    {
        using var model = T5Model.Create(Config, seed: 1);
        var random = new Random(1);
        int[][] Draw(int length) => [.. Enumerable.Range(0, Rows).Select(i => Enumerable.Range(0, length - i % 7).Select(_ => random.Next(2, 512)).Append(1).ToArray())];
        var (inputs, targets) = (Draw(InputLength - 1), Draw(TargetLength - 1));
        var batch = Seq2SeqBatch.Of(inputs, targets, Config.PadId);
        WriteModel(Path.Combine(folder, "model"), model.Parameters);
        WriteBatch(Path.Combine(folder, "batch"), batch);
        using var twin = new TwinProcess("t5_twin", Path.Combine(folder, "model"), Path.Combine(folder, "batch"));
        using var frozen = T5Model.Create(Config, seed: 1, trainable: false);

        foreach (var (what, command, work) in new (string, string, Func<double>)[]
        {
            ("forward and loss", "forward", () => Forward(frozen, batch)),
            ("forward, loss and gradients", "gradient", () => Gradient(model, batch)),
            ($"greedy decoding of {Rows} × {TargetLength} tokens", "greedy", () => Greedy(frozen, inputs)),
        })
        {
            var ratios = new double[Rounds];
            var ours = new double[Rounds];
            // Until the just-in-time compiler has nothing left to do.
            for (var run = 0; run < WarmUps; run++) work();
            _ = twin.Ask($"{command} {RunsEach}");
            var difference = 0.0;
            for (var round = 0; round < Rounds; round++)
            {
                var (seconds, result) = Fastest(work);
                var (twinSeconds, twinResult) = twin.Ask($"{command} {RunsEach}");
                (ours[round], ratios[round]) = (seconds, twinSeconds / seconds);
                difference = Math.Max(difference, Math.Abs(result - twinResult) / Math.Max(1, Math.Abs(twinResult)));
            }
            var ratio = Median(ratios);
            yield return new Figure(what, Median(ours) * 1e3, "CPU ms");
            yield return new Figure($"{what}: time in C++ / time in C#", ratio, "×", "≥ 0.95", ratio >= 0.95);
            yield return new Figure($"{what}: relative difference of the result", difference, "", "0", difference == 0);
        }
    }

    static double Forward(T5Model model, Seq2SeqBatch batch)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        return model.Loss(batch).item<float>();
    }

    static double Gradient(T5Model model, Seq2SeqBatch batch)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in model.Parameters.Tensors) parameter.grad = null;
        var loss = model.Loss(batch);
        loss.backward();
        return loss.item<float>();
    }

    /// <summary>No sequence may end, so that every run does the same work; the result is a hash of all tokens.</summary>
    static double Greedy(T5Model model, int[][] inputs)
    {
        var options = model.Defaults with { MaxNewTokens = TargetLength, MinNewTokens = TargetLength };
        var sequences = TextGenerator.Generate(model, inputs, options).Sequences;
        var sum = 0L;
        for (var at = 1; at <= TargetLength; at++)
            foreach (var sequence in sequences) sum = (sum * 31 + sequence[at]) % 1_000_000_007;
        return sum;
    }

    static (double Seconds, double Result) Fastest(Func<double> work)
    {
        var (best, result) = (double.PositiveInfinity, 0.0);
        for (var run = 0; run < RunsEach; run++)
        {
            // Of the process, the collector and the compiler with it: waiting for a shared core does not count.
            var before = Environment.CpuUsage.TotalTime;
            result = work();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        return (best, result);
    }

    static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    static void WriteModel(string path, Parameters parameters)
    {
        using var file = File.Create(path);
        foreach (var name in parameters.Names)
        {
            file.Write(Encoding.ASCII.GetBytes($"{name} {string.Join(' ', parameters[name].shape)}\n"));
            using var values = parameters[name].detach();
            file.Write(MemoryMarshal.AsBytes(values.data<float>().AsSpan()));
        }
    }

    static void WriteBatch(string path, Seq2SeqBatch batch)
    {
        using var file = File.Create(path);
        long[] sizes = [Rows, batch.InputIds.size(1), batch.Labels!.size(1), TargetLength];
        foreach (var values in (long[][])[sizes, batch.InputIds.data<long>().ToArray(), batch.AttentionMask!.data<long>().ToArray(), batch.Labels.data<long>().ToArray()])
            file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
