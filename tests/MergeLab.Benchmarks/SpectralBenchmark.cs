using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Engine;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Methods.Spectral;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>
/// Truncation to 8 % of a 2048×2048 matrix beside libtorch's full decomposition, and CART of 20 LoRA adapters of rank 16 on such a matrix from
/// their factors beside the same by full decompositions of dense task vectors. One thread throughout.
/// </summary>
sealed class SpectralBenchmark : IBenchmark
{
    const int Size = 2048;
    const int Kept = 163; // 8 %
    const int Models = 20;
    const int Rank = 16;
    const int Measured = 3; // of the dense decompositions, all alike

    public string Name => "spectral";

    public IEnumerable<Figure> Run()
    {
        using var mode = no_grad();
        foreach (var (spectrum, decay) in new[] { ("flat", 0.0), ("i^-0.5", 0.5), ("i^-1", 1.0) })
            foreach (var figure in Truncation(spectrum, decay)) yield return figure;
        foreach (var figure in Cart()) yield return figure;
    }

    static IEnumerable<Figure> Truncation(string spectrum, double decay)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var a = randn([Size, Size], ScalarType.Float64);
        if (decay > 0)
        {
            var (left, right) = (linalg.qr(a).Q, linalg.qr(randn([Size, Size], ScalarType.Float64)).Q);
            a = left.mul(arange(1, Size + 1, ScalarType.Float64).pow(-decay)).matmul(right);
        }
        Spectrum.Approximation(a, Kept).Dispose();
        var (ours, approximation) = Timed(() => Spectrum.Approximation(a, Kept));
        var (full, exact) = Timed(() => Full(a));
        var single = a.to(ScalarType.Float32);
        var (fullSingle, _) = Timed(() => Full(single));
        var error = approximation.sub(exact).norm().item<double>() / exact.norm().item<double>();
        yield return new Figure($"truncation, {spectrum} spectrum, float64", ours, "s");
        yield return new Figure("faster than the full decomposition in float64", full / ours, "×", "≥ 3.5", full / ours >= 3.5);
        yield return new Figure("faster than the full decomposition in float32", fullSingle / ours, "×");
        yield return new Figure("relative distance to the truncated full decomposition", error, "", "≤ 2e-5", error <= 2e-5);
    }

    static Tensor Full(Tensor a)
    {
        var (u, s, vt) = linalg.svd(a, fullMatrices: false);
        return u.narrow(1, 0, Kept).mul(s.narrow(0, 0, Kept)).matmul(vt.narrow(0, 0, Kept));
    }

    static IEnumerable<Figure> Cart()
    {
        using var scratch = new ScratchFolder();
        using var inputs = Adapters(scratch);
        var row = MethodTable.Find("cart")!;
        var settings = new MethodSettings(new Dictionary<string, object> { ["rank_fraction"] = 0.08, ["scaling"] = 1.5, ["decompose"] = "auto" });
        var models = Enumerable.Repeat(MethodSettings.None, Models).ToList();
        var run = new LowRankRun { Matrices = [.. inputs.Matrices.Select(m => new MatrixMerge(m, settings, models))], Models = [.. inputs.Adapters.Select(a => a.Folder)], Threads = 1 };
        var merge = row.LowRank!().Begin(run);
        merge.Merge(0);
        var clock = Stopwatch.StartNew();
        var factors = merge.Merge(0);
        var ours = clock.Elapsed.TotalSeconds;

        using var scope = NewDisposeScope();
        var parts = inputs.Matrices[0].Parts.Select(p => (A: tensor(p!.ReadA(), [Rank, Size]).@double(), B: tensor(p.ReadB(), [Size, Rank]).@double())).ToList();
        var deltas = parts.Select(p => p.B.matmul(p.A)).ToList();
        var average = deltas.Aggregate((x, y) => x + y) / Models;
        var centred = deltas.Select(d => d.sub(average).to(ScalarType.Float32)).ToList();
        clock.Restart();
        for (var t = 0; t < Measured; t++) Full(centred[t]);
        var dense = clock.Elapsed.TotalSeconds / Measured * Models;
        var expected = deltas.Select(d => Spectrum.Approximation(d.sub(average), Kept)).Aggregate((x, y) => x + y) * 1.5 + average;
        var found = tensor(factors.B, [Size, factors.Rank]).@double().matmul(tensor(factors.A, [factors.Rank, Size]).@double());
        var error = found.sub(expected).norm().item<double>() / expected.norm().item<double>();
        yield return new Figure($"CART of {Models} adapters from factors", ours, "s");
        yield return new Figure($"by full decompositions in float32 ({Measured} of {Models} run)", dense, "s");
        yield return new Figure("faster from factors", dense / ours, "×", "≥ 12", dense / ours >= 12);
        yield return new Figure("relative difference of the merged matrix (factors in float32)", error, "", "≤ 1e-6", error <= 1e-6);
    }

    static AdapterSet Adapters(ScratchFolder scratch)
    {
        var random = new Random(3);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var spec = new TensorSpec("layer.q.weight", DType.F32, [Size, Size]);
        using (var writer = CheckpointWriter.Create(scratch.File("base"), [spec]))
        {
            writer.Write(spec.Name, 0, MemoryMarshal.AsBytes<float>(new float[Size * Size]));
            writer.Commit();
        }
        var folders = new List<string>();
        for (var i = 0; i < Models; i++)
        {
            folders.Add(scratch.File(string.Create(CultureInfo.InvariantCulture, $"adapter-{i}")));
            LoraAdapterWriter.Write(folders[i], [new LoraShape("layer.q", Rank, Rank, Size, [Size])], _ => (Draw(Rank * Size), Draw(Size * Rank)));
        }
        return AdapterSet.Open(scratch.File("base"), folders);
    }

    static (double Seconds, Tensor Result) Timed(Func<Tensor> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        return (clock.Elapsed.TotalSeconds, result);
    }
}
