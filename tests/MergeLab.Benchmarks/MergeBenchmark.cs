using MergeLab.Benchmarks.Merging;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>
/// Every kind of pass of the merge engine over eight made-up fine-tunes and their base, 400 MB each, beside what the same streams cost with
/// nothing computed. Page cache warm, files mapped, results not written; two threads.
/// </summary>
sealed class MergeBenchmark : IBenchmark
{
    const int Models = 8;
    const int Rounds = 5;
    const int Threads = 2;

    public string Name => "merge";

    public IEnumerable<Figure> Run()
    {
        foreach (var type in new[] { DType.BF16, DType.F32 })
        {
            using var scratch = new ScratchFolder();
            // As many bytes of each type.
            var tensors = MergeData.Llama(type, type == DType.BF16 ? 32000 : 16000, 2048, 5632, 256, type == DType.BF16 ? 3 : 2, head: false);
            for (var m = 0; m <= Models; m++) MergeData.Write(scratch.File($"{m}.safetensors"), tensors, m);
            var models = Enumerable.Range(0, Models + 1).Select(m => Checkpoint.Open(scratch.File($"{m}.safetensors"))).ToArray();
            foreach (var figure in Measure(type.TorchName()!, models)) yield return figure;
            foreach (var model in models) model.Dispose();
        }
    }

    static IEnumerable<Figure> Measure(string type, Checkpoint[] models)
    {
        var gigabytes = models.Sum(m => m.Tensors.Sum(t => t.Bytes)) / 1e9;
        var streams = MergeRuns.Of(models, MethodTable.Find("linear")!, Threads).Tensors;
        for (var warm = 0; warm < 2; warm++) StreamLimit.Run(streams, Threads);
        foreach (var figure in Passes(type, models, streams)) yield return figure;
        var only = Environment.GetEnvironmentVariable("MERGE_ONLY")?.Split(',');
        foreach (var (name, passes, goal) in new[] { ("linear", 1, 0.9), ("task_arithmetic", 1, 0.9), ("ties", 2, 0.6), ("dare_ties", 2, 0.6), ("geometric_median", 2, 0.7) })
        {
            if (only is not null && !only.Contains(name)) continue;
            if (MethodTable.Find(name) is not { Dense: { } dense } method) { yield return new Figure($"{name}: absent", 0, ""); continue; }
            void Merge(int threads, ITensorSink sink) => MergeEngine.Run(dense(), MergeRuns.Of(models, method, threads), sink, null);
            Merge(Threads, new DiscardSink());
            var usage = Usage.Interleaved(Rounds, () => StreamLimit.Run(streams, Threads), () => Merge(Threads, new DiscardSink()));
            var share = usage[0].Seconds * passes / usage[1].Seconds;
            var (one, two) = (new DigestSink(), new DigestSink());
            Merge(1, one);
            var memory = Usage.PeakAnonymous(() => Merge(Threads, two));
            yield return new Figure($"{type} limit: {Models + 1} streams", gigabytes / usage[0].Seconds, "GB/s");
            yield return new Figure($"{type} {name}", passes * gigabytes / usage[1].Seconds, "GB/s");
            yield return new Figure($"{type} {name}, share of the limit", share, "×", $"≥ {goal}", share >= goal);
            yield return new Figure($"{type} {name}, CPU", usage[1].CpuSeconds, "s");
            yield return new Figure($"{type} {name}, memory beyond mapped files", memory, "MB", "≤ 200", memory <= 200);
            yield return new Figure($"{type} {name}, same bytes with 1 and 2 threads", one.Digest == two.Digest ? 1 : 0, "", "1", one.Digest == two.Digest);
        }
    }

    /// <summary>The statistics passes alone.</summary>
    static IEnumerable<Figure> Passes(string type, Checkpoint[] models, IReadOnlyList<TensorMerge> streams)
    {
        var run = MergeRuns.Of(models, MethodTable.Find("ties")!, Threads);
        void Gram()
        {
            foreach (var tensor in run.Tensors) TaskVectorGram.Of(tensor, run, Models / 2);
        }
        void Select()
        {
            foreach (var tensor in run.Tensors) MagnitudeSelection.Largest<float>(tensor, InputSpace.TaskVectors, run, [.. Enumerable.Repeat(tensor.Output.Count / 2, Models)]);
        }
        foreach (var (name, pass, goal) in new[] { ("Gram matrix", (Action)Gram, 0.6), ("exact selection", Select, 0.4) })
        {
            pass();
            var usage = Usage.Interleaved(Rounds, () => StreamLimit.Run(streams, Threads), pass);
            var share = usage[0].Seconds / usage[1].Seconds;
            yield return new Figure($"{type} {name} of {Models} rows, share of the limit", share, "×", $"≥ {goal}", share >= goal);
            yield return new Figure($"{type} {name}, CPU", usage[1].CpuSeconds, "s");
        }
    }
}
