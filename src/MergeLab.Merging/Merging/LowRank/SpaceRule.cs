using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// What is done to the representations of task vectors in a shared space, with the counts that the authors of KnOTS and of core space take
/// from the size of the space: their TIES keeps ⌊density·d⌋ + 1 entries, their CART ⌈share·side⌉ directions.
/// </summary>
static class SpaceRule
{
    public static readonly IReadOnlyList<string> Words = ["sum", "mean", "ties", "cart", "tsv_m"];

    /// <param name="representations">One matrix a task, all of one shape.</param>
    /// <param name="settings"><c>inner</c> and what it needs.</param>
    /// <param name="cuts">Smallest magnitudes that TIES keeps, one a task; null takes them from these matrices alone.</param>
    public static Tensor Merge(IReadOnlyList<Tensor> representations, MatrixSettings settings, double[]? cuts = null)
    {
        switch (settings.Values.Word("inner"))
        {
            case "sum":
                return representations.Aggregate(zeros_like(representations[0]), (sum, r) => sum.add_(r));
            case "mean":
                return representations.Aggregate(zeros_like(representations[0]), (sum, r) => sum.add_(r)).div_(representations.Count);
            case "ties":
                cuts ??= [.. representations.Select(r => SpaceTies.Cut(r.data<double>().ToArray(), settings.Values.Number("density")))];
                return SpaceTies.Merge(representations, cuts, settings.Values.Word("ties_merge") == "mean");
            case "cart":
                return Cart(representations, settings);
            default:
                return Tsv(representations, settings);
        }
    }

    static Tensor Cart(IReadOnlyList<Tensor> representations, MatrixSettings settings)
    {
        var tasks = new ListedTasks(representations);
        var rank = RankShare.Ceiling(settings.Values.Number("rank_fraction"), tasks.SmallerSide);
        var average = tasks.Sum(settings).div_(tasks.Count);
        return tasks.Sum(settings, t => Spectrum.Approximation(tasks.Load(t).sub_(average), rank)).mul_(settings.Values.Number("cart_scaling")).add_(average);
    }

    static Tensor Tsv(IReadOnlyList<Tensor> representations, MatrixSettings settings) =>
        new TsvM().Merge(new ListedTasks(representations), settings with { Values = new Engine.MethodSettings(new Dictionary<string, object> { ["scaling"] = 1.0 }), Models = [.. representations.Select(_ => Engine.MethodSettings.None)] });

    sealed class ListedTasks(IReadOnlyList<Tensor> all) : TaskMatrices
    {
        public override int Count => all.Count;

        public override long Rows => all[0].size(0);

        public override long Columns => all[0].size(1);

        public override long SmallerSide => Spectrum.Side(all[0]);

        public override Tensor Load(int task) => all[task].clone();
    }
}
