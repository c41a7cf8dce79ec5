using MergeLab.Checkpoints;
using MergeLab.Merging.Output;
using MergeLab.Merging.Recipes;
namespace MergeLab.Merging.LowRank;
static class MergedAdapter {
  public static IReadOnlyList<TensorSpec> Specs(IReadOnlyList<AdaptedMatrix> m, DType t) => throw new NotSupportedException();
  public static void Write(Recipe r, AdapterSet i, IReadOnlyList<MergeGroup> g, MergeRecord rec, MergeTarget t, Action<long>? w, CancellationToken c) => throw new NotSupportedException();
}
