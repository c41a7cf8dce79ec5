using System.Globalization;
using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.LowRank;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// A method for whole matrices on stored weights: a matrix is merged at once, in float64, when it is prepared, and then copied block by
/// block; everything else is averaged.
/// </summary>
sealed class MatrixMethod(Func<IMatrixRule> rule) : IMergeMethod
{
    public ITensorRule Begin(MergeRun run)
    {
        var space = run.Tensors.All(t => t.Base is not null) ? InputSpace.TaskVectors : InputSpace.Weights;
        NoteStorage(run);
        return new Rule(rule(), space);
    }

    static MatrixSettings Settings(TensorMerge tensor, InputSpace space, MergeRun run) => new(
        tensor.Settings, [.. TensorBlocks.Rows(tensor, space).Select(i => i.Settings)], run.Compat,
        tensor.Inputs.All(i => i.Reader.Tensor.DType == DType.F64) ? MatrixSettings.NoiseOfDoubles : MatrixSettings.NoiseOfSingles, run.Threads, run.Note, run.Cancellation);

    static bool IsDecomposed(TensorMerge tensor, MergeRun run) => MatrixRole.IsDecomposed(tensor.Output, tensor.IsEmbedding, tensor.Settings, run.Compat);

    /// <summary>One model of its own for each task is stored as the average and a low-rank residual: says what that saves.</summary>
    static void NoteStorage(MergeRun run)
    {
        var indexed = run.Tensors.Where(t => t.Settings.Has("task") && IsDecomposed(t, run)).ToList();
        if (indexed.Count == 0 || indexed.Exists(t => t.Settings.Has("energy"))) return;
        var (whole, factored) = (0L, 0L);
        foreach (var tensor in indexed)
        {
            var (rows, columns) = (tensor.Output.Shape[0], tensor.Output.Count / tensor.Output.Shape[0]);
            whole += rows * columns;
            factored += RankShare.Kept(tensor.Settings.Number("rank_fraction"), Math.Min(rows, columns)) * (rows + columns + 1);
        }
        run.Note(string.Create(CultureInfo.InvariantCulture,
            $"beside the average, a task's own matrices are {factored} numbers as singular triples, in place of {whole} ({100.0 * factored / whole:F1} %)"));
    }

    sealed class Rule(IMatrixRule rule, InputSpace space) : ITensorRule
    {
        readonly AttentionMatrices attention = new();

        public InputSpace Space => space;

        public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var settings = Settings(tensor, space, run);
            var rounded = settings.Completes && tensor.Compute is DType.BF16 or DType.F16;
            if (!IsDecomposed(tensor, run))
            {
                var weights = settings.Models.Select((_, i) => settings.Weight(i)).ToArray();
                return rounded ? new RunningMean<T>(tensor.Compute, rule.ElsewhereFactor(settings)) : new Average<T>(weights, rule.ElsewhereFactor(settings));
            }
            var merged = attention.Merge(tensor, run, (tensors, block) => Merge(tensors, block, settings, rounded));
            if (rounded) Rounding.ToType(tensor.Compute, merged);
            return new MatrixKernel<T>(merged);
        }

        double[] Merge(IReadOnlyList<TensorMerge> tensors, MatrixBlock? block, MatrixSettings settings, bool rounded)
        {
            using var scope = NewDisposeScope();
            if (tensors.Count == 1 && block is null && Factors(tensors[0]) is { } factors)
            {
                var core = CoreSpace.Of(factors);
                var tasks = new CoreTasks(core, Math.Min(tensors[0].Output.Shape[0], tensors[0].Output.Count / tensors[0].Output.Shape[0]));
                var pair = core.Pair(rule.Merge(tasks, settings with { Noise = MatrixSettings.NoiseOfDoubles }));
                return pair.Left.matmul(pair.Right).data<double>().ToArray();
            }
            return rule.Merge(new DenseTasks(tensors, block, space, rounded), settings).data<double>().ToArray();
        }

        /// <summary>The factors of all task vectors, where each is one low-rank product and the method sees no more of it than its singular values.</summary>
        LowRankDelta?[]? Factors(TensorMerge tensor)
        {
            if (space == InputSpace.Weights || rule is Wudi || tensor.Models.Any(m => m.LowRank is null && !m.Unchanged)) return null;
            return [.. tensor.Models.Select(m => m.Unchanged ? null : m.LowRank)];
        }
    }
}
