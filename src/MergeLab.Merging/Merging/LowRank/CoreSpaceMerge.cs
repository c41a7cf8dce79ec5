using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// Core space merging (Panariello et al., NeurIPS 2025): the adapters' cores in the bases of singular vectors that the authors choose,
/// merged by an inner method and, where asked, made isotropic.
/// </summary>
sealed class CoreSpaceMerge : ILowRankMethod
{
    public IFactorMerge Begin(LowRankRun run) => new Merge(run);

    sealed class Merge(LowRankRun run) : FactorMerge(run)
    {
        public override FactorPair Pair(int matrix)
        {
            var merge = Run.Matrices[matrix];
            var settings = new MatrixSettings(merge.Settings, merge.Models, Run.Compat, MatrixSettings.NoiseOfDoubles, Run.Threads, Run.Note, Run.Cancellation);
            // As the authors take B and A, whichever way the weight is stored.
            var space = CoreSpace.Principal([.. Run.TaskVectors(merge.Matrix).Select(d => d is null ? null : d with { Layout = Checkpoints.Adapters.WeightLayout.Direct })]);
            var core = SpaceRule.Merge([.. space.Cores.Select((c, i) => c.mul(settings.Weight(i)))], settings);
            if (merge.Settings.Flag("isotropize")) core = IsoC.Flatten(core, settings, Spectrum.Side(core));
            return space.Pair(core.mul(merge.Settings.Number("scaling"))).In(merge.Matrix.Layout);
        }
    }
}
