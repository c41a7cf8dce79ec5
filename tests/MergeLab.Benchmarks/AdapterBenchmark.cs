using System.Diagnostics;
using System.Runtime.CompilerServices;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Benchmarks;

/// <summary>The loops every merge of adapters runs on: ΔW = sBA added to a 2048 × 2048 weight, and 16-bit conversions. One thread.</summary>
sealed class AdapterBenchmark : IBenchmark
{
    const int Side = 2048;
    const int Rank = 16;
    const int Repeats = 7;

    public string Name => "adapters";

    public IEnumerable<Figure> Run()
    {
        var random = new Random(1);
        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextSingle() - 0.5f)];
        var (left, right, weight) = (Draw(Side * Rank), Draw(Rank * Side), Draw(Side * Side));
        var update = new LowRankUpdate(left, right, Rank, 0.5f);
        var raw = new byte[4 * weight.Length];

        var fused = Seconds(() => update.Apply(0, weight));
        var plain = Seconds(() => Plain(left, right, weight));
        yield return new Figure("ΔW of rank 16", 2e-9 * Rank * Side * Side / fused, "GF/s");
        yield return new Figure("ΔW against a plain triple loop", plain / fused, "×", "≥ 4", plain / fused >= 4);

        var copy = Seconds(() => Elements.FromSingle(DType.F32, weight, raw));
        foreach (var type in new[] { DType.BF16, DType.F16 })
        {
            var narrow = Seconds(() => Elements.FromSingle(type, weight, raw));
            var widen = Seconds(() => Elements.ToSingle(type, raw.AsSpan(0, 2 * weight.Length), weight));
            // Six bytes move where the copy moves eight.
            yield return new Figure($"f32 → {type.TorchName()}, share of a copy's bandwidth", copy / narrow * 6 / 8, "×");
            yield return new Figure($"{type.TorchName()} → f32, share of a copy's bandwidth", copy / widen * 6 / 8, "×");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Plain(float[] left, float[] right, float[] weight)
    {
        for (var i = 0; i < Side; i++)
            for (var k = 0; k < Rank; k++)
            {
                var x = left[i * Rank + k] * 0.5f;
                for (var j = 0; j < Side; j++) weight[i * Side + j] += x * right[k * Side + j];
            }
    }

    /// <summary>Best of several: the machine is shared, the work is not.</summary>
    static double Seconds(Action action)
    {
        var best = double.MaxValue;
        for (var i = 0; i < Repeats; i++)
        {
            var clock = Stopwatch.StartNew();
            action();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return best;
    }
}
