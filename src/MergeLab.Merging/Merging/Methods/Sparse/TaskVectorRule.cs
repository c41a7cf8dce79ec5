using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Kernels;
using MergeLab.Merging.Methods.Elementwise;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Base + λ·Σ w_i·sparse(τ_i), or the elements among them that agree in sign.</summary>
/// <param name="sparse">What each task vector loses.</param>
/// <param name="elects">Whether a sign is elected for each element.</param>
/// <param name="signOfZero">The sign elected where the sum is zero.</param>
/// <param name="factor">λ of a tensor.</param>
public sealed class TaskVectorRule(SparseRows sparse, bool elects, int signOfZero, Func<TensorMerge, double> factor) : ITensorRule
{
    public InputSpace Space => InputSpace.TaskVectors;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = sparse.Of<T>(tensor, run);
        var weights = tensor.Models.Select(m => StepRounding.Scalar<T>(m.Settings.Number("weight"), tensor, run)).ToArray();
        var lambda = T.CreateChecked(factor(tensor));
        if (elects) return StepRounding.Kernel(tensor, run, new Elected<T>(rows, new ElectedSum<T>(weights, Agreed(tensor, run), lambda, signOfZero)));
        return StepRounding.Kernel(tensor, run, new Summed<T>(rows, new WeightedSum<T>(weights, Divisor(weights, tensor, run), lambda, run.Compat == "fusionbench")));
    }

    static T Divisor<T>(T[] weights, TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!tensor.Settings.Flag("normalize")) return T.One;
        var sum = StepRounding.Scalar<T>(double.CreateTruncating(weights.Aggregate((a, b) => a + b)), tensor, run);
        return T.Abs(sum) < T.CreateChecked(1e-8) ? T.One : sum;
    }

    static Agreement Agreed(TensorMerge tensor, MergeRun run)
    {
        if (tensor.Settings.Has("merge")) return Enum.Parse<Agreement>(tensor.Settings.Word("merge"), ignoreCase: true);
        return run.Compat != "fusionbench" && tensor.Settings.Flag("normalize") ? Agreement.Mean : Agreement.Sum;
    }

    sealed record Summed<T>(SparseRow<T>[] Rows, WeightedSum<T> Sum) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new SummedKernel<T, TStep>(Rows, Sum);
    }

    sealed class SummedKernel<T, TStep>(SparseRow<T>[] rows, WeightedSum<T> sum) : ElementKernel<T>, IFusedKernel where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        readonly bool whole = Array.TrueForAll(rows, r => r.IsWhole);
        readonly FusedRows? fused = sum.Fuses<TStep>() ? FusedRows.Of(rows) : null;

        public bool Fuses => fused is not null;

        bool IFusedKernel.Run(in StoredBlock block) => whole ? sum.Run(block) : fused!.Run(block, new Loops(sum));

        readonly struct Loops(WeightedSum<T> sum) : IFusedLoopMaker
        {
            public bool Run<TRows>(in StoredBlock block, TRows rows) where TRows : struct, IStoredRows => sum.Run(block, rows);
        }

        public override void Run(in Block<T> block)
        {
            for (var i = 0; i < rows.Length; i++) rows[i].Apply<TStep>(block.First, block.Row(i));
            sum.Apply<TStep>(block);
        }
    }

    sealed record Elected<T>(SparseRow<T>[] Rows, ElectedSum<T> Sum) : IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T> => new ElectedKernel<T, TStep>(Rows, Sum);
    }

    sealed class ElectedKernel<T, TStep>(SparseRow<T>[] rows, ElectedSum<T> sum) : ElementKernel<T>, IFusedKernel where T : unmanaged, IBinaryFloatingPointIeee754<T> where TStep : struct, IRounding<T>
    {
        readonly FusedRows? fused = sum.Fuses<TStep>() ? FusedRows.Of(rows) : null;

        public bool Fuses => fused is not null;

        bool IFusedKernel.Run(in StoredBlock block) => fused!.Run(block, new Loops(sum));

        readonly struct Loops(ElectedSum<T> sum) : IFusedLoopMaker
        {
            public bool Run<TRows>(in StoredBlock block, TRows rows) where TRows : struct, IStoredRows => sum.Run(block, rows);
        }

        public override void Run(in Block<T> block)
        {
            for (var i = 0; i < rows.Length; i++) rows[i].Apply<TStep>(block.First, block.Row(i));
            sum.Apply<TStep>(block);
        }
    }
}
