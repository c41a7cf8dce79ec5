namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// Isotropic merging in common and task-specific subspaces (Marczak et al., No Task Left Behind, ICML 2025, section 4.2): the leading
/// directions of the sum, then for each task the leading directions of what it has outside of them; all made orthogonal, all singular values
/// replaced by their mean.
/// </summary>
sealed class IsoCts : IMatrixRule
{
    public Tensor Merge(TaskMatrices tasks, MatrixSettings settings)
    {
        var weighted = (int t) => tasks.Load(t).mul_(settings.Weight(t));
        var sum = tasks.Sum(settings, weighted);
        var side = settings.Completes ? tasks.SmallerSide : Side(tasks, weighted, settings);
        var (common, own) = Split(settings.Values.Number("common_space_fraction"), side, tasks.Count);
        var (u, s, vt) = Above(Spectrum.Leading(sum, common), settings);
        var (left, values, right) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        if (own > 0)
        {
            tasks.ForEach(settings, t =>
            {
                var task = weighted(t);
                var outside = Above(Spectrum.Leading(task.sub(u.matmul(u.mT.matmul(task))), own), settings);
                return [outside.U, outside.S, outside.Vt];
            }, (_, made) =>
            {
                left.Add(made[0].clone());
                values.Add(made[1].clone());
                right.Add(made[2].clone());
            });
        }
        left.Add(u);
        values.Add(s);
        right.Add(vt);
        var all = cat(values);
        if (all.numel() == 0) return zeros([tasks.Rows, tasks.Columns], ScalarType.Float64);
        var product = Spectrum.PolarFactor(cat(left, 1), settings).matmul(Spectrum.PolarFactor(cat(right, 0), settings));
        return product.mul_(all.mean().item<double>() * settings.Values.Number("scaling"));
    }

    public double ElsewhereFactor(MatrixSettings settings) => settings.Values.Number("scaling");

    /// <summary>Sizes of the common subspace and of each task's own. The code rounds half to even and may round up beyond the whole; here the whole is the limit.</summary>
    public static (long Common, long Own) Split(double commonFraction, long side, int tasks)
    {
        var own = (long)Math.Round((decimal)(side - RankShare.Floor(commonFraction, side)) / tasks, MidpointRounding.ToEven);
        own = Math.Min(own, side / tasks);
        return (side - own * tasks, own);
    }

    /// <summary>As many directions as the task vectors have together; all there are, in general.</summary>
    static long Side(TaskMatrices tasks, Func<int, Tensor> weighted, MatrixSettings settings)
    {
        var ranks = 0L;
        for (var t = 0; t < tasks.Count && ranks < tasks.SmallerSide; t++)
        {
            using var scope = NewDisposeScope();
            ranks += Spectrum.Rank(linalg.svdvals(weighted(t)), settings.Noise);
        }
        if (ranks >= tasks.SmallerSide) return tasks.SmallerSide;
        settings.NoteDeficient();
        return ranks;
    }

    static (Tensor U, Tensor S, Tensor Vt) Above((Tensor U, Tensor S, Tensor Vt) svd, MatrixSettings settings)
    {
        if (settings.Completes) return svd;
        var rank = Spectrum.Rank(svd.S, settings.Noise);
        return (svd.U.narrow(1, 0, rank), svd.S.narrow(0, 0, rank), svd.Vt.narrow(0, 0, rank));
    }
}
