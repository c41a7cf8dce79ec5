using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// KnOTS (Stoica et al., Model Merging with SVD to Tie the KnOTS, ICLR 2025): the singular value decomposition of all task vectors of a
/// matrix beside each other, [Δ_1 … Δ_T] = U·S·[V_1 … V_T]; the S·V_i are merged and multiplied by U. Found in the core of the factors.
/// </summary>
sealed class KnotsMerge : ILowRankMethod
{
    public IFactorMerge Begin(LowRankRun run) => new Merge(run);

    sealed class Merge : FactorMerge
    {
        readonly Lazy<double[]?> cuts;

        public Merge(LowRankRun run) : base(run) => cuts = new Lazy<double[]?>(ModelCuts);

        public override FactorPair Pair(int matrix)
        {
            var merge = Run.Matrices[matrix];
            var (left, representations) = Decompose(matrix);
            var merged = SpaceRule.Merge(representations, Settings(merge), cuts.Value);
            left = left.mul(merge.Settings.Number("scaling"));
            var pair = left.size(1) <= merged.size(1) ? new FactorPair(left, merged) : new FactorPair(left.matmul(merged), eye(merged.size(1), ScalarType.Float64));
            return pair.In(merge.Matrix.Layout);
        }

        /// <summary>U and S·V_i (or U·S and V_i), of B·A as the authors form it, whichever way the weight is stored.</summary>
        (Tensor Left, Tensor[] Representations) Decompose(int matrix)
        {
            var merge = Run.Matrices[matrix];
            var settings = Settings(merge);
            var space = CoreSpace.Of([.. Run.TaskVectors(merge.Matrix).Select(d => d is null ? null : d with { Layout = WeightLayout.Direct })]);
            var svd = Spectrum.Svd(cat(space.Cores.Select((c, i) => c.mul(settings.Weight(i))), 1));
            var rank = Spectrum.Rank(svd.S, MatrixSettings.NoiseOfDoubles);
            var (u, s, vt) = (svd.U.narrow(1, 0, rank), svd.S.narrow(0, 0, rank), svd.Vt.narrow(0, 0, rank));
            var isScaled = merge.Settings.Word("basis") == "scaled";
            var width = space.Right.size(0);
            var representations = Enumerable.Range(0, space.Cores.Count).Select(i =>
            {
                var own = vt.narrow(1, i * width, width).matmul(space.Right);
                return isScaled ? own.mul_(s.unsqueeze(1)) : own;
            });
            return (space.Left.matmul(isScaled ? u : u.mul(s)), [.. representations]);
        }

        /// <summary>One cut a task over the representations of all matrices; null where each matrix is trimmed by itself.</summary>
        double[]? ModelCuts()
        {
            var first = Run.Matrices[0].Settings;
            if (first.Word("inner") != "ties" || first.Word("trim") != "model") return null;
            var found = new MagnitudeRank(Run.Matrices[0].Matrix.Parts.Count, first.Number("density"));
            for (var pass = 0; pass < MagnitudeRank.Passes; pass++)
            {
                for (var m = 0; m < Run.Matrices.Count; m++)
                {
                    Run.Cancellation.ThrowIfCancellationRequested();
                    using var scope = NewDisposeScope();
                    var (_, representations) = Decompose(m);
                    for (var t = 0; t < representations.Length; t++) found.Add(t, representations[t].contiguous().data<double>().AsSpan());
                }
                found.EndPass();
            }
            return found.Cuts;
        }

        MatrixSettings Settings(MatrixMerge merge) => new(merge.Settings, merge.Models, Run.Compat, MatrixSettings.NoiseOfDoubles, Run.Threads, Run.Note, Run.Cancellation);
    }
}
