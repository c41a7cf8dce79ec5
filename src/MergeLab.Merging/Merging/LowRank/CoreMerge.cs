using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// A method for whole matrices, carried out on LoRA factors: in the core of each matrix, where it finds the same singular values as in the
/// weight. Embeddings, which are no matrices to these methods, are averaged.
/// </summary>
sealed class CoreMerge(Func<IMatrixRule> rule) : ILowRankMethod
{
    public IFactorMerge Begin(LowRankRun run) => new Merge(run, rule());

    sealed class Merge(LowRankRun run, IMatrixRule rule) : FactorMerge(run)
    {
        public override FactorPair Pair(int matrix)
        {
            var merge = Run.Matrices[matrix];
            var settings = new MatrixSettings(merge.Settings, merge.Models, Run.Compat, MatrixSettings.NoiseOfDoubles, Run.Threads, Run.Note, Run.Cancellation);
            var space = CoreSpace.Of(Run.TaskVectors(merge.Matrix));
            var tasks = new CoreTasks(space, Math.Min(merge.Matrix.Sample.Outputs, merge.Matrix.Sample.Inputs));
            var isEmbedding = merge.Matrix.Sample.Form == LoraForm.Embedding;
            return space.Pair(MatrixRole.IsDecomposed(merge.Matrix.Tensor, isEmbedding, merge.Settings, Run.Compat)
                ? rule.Merge(tasks, settings)
                : MatrixRole.Elsewhere(rule, tasks, settings));
        }
    }
}
