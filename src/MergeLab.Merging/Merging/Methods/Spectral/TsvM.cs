namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// Task singular vectors (Gargiulo et al., Task Singular Vectors, CVPR 2025, section 4): min(m, n)/T leading singular triples of every task
/// vector, their left and right vectors made orthogonal to each other by the polar factor of the concatenation.
/// </summary>
sealed class TsvM : IMatrixRule
{
    public Tensor Merge(TaskMatrices tasks, MatrixSettings settings)
    {
        var lossless = settings.Values.Has("lossless") && settings.Values.Flag("lossless");
        var count = lossless ? tasks.SmallerSide : tasks.SmallerSide / tasks.Count;
        var (left, values, right) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        tasks.ForEach(settings, t => Leading(tasks.Load(t).mul_(settings.Weight(t)), count, settings), (_, made) =>
        {
            if (made[1].numel() < Math.Min(count, tasks.SmallerSide)) settings.NoteDeficient();
            left.Add(made[0].clone());
            values.Add(made[1].clone());
            right.Add(made[2].clone());
        });
        if (values.Sum(v => v.numel()) == 0) return zeros([tasks.Rows, tasks.Columns], ScalarType.Float64);
        var u = Spectrum.PolarFactor(cat(left, 1), settings);
        var v = Spectrum.PolarFactor(cat(right, 0), settings);
        return u.mul(cat(values)).matmul(v).mul_(settings.Values.Number("scaling"));
    }

    public double ElsewhereFactor(MatrixSettings settings) => settings.Values.Number("scaling");

    static Tensor[] Leading(Tensor task, long count, MatrixSettings settings)
    {
        var (u, s, vt) = Spectrum.Leading(task, count);
        if (settings.Completes) return [u, s, vt];
        var rank = Spectrum.Rank(s, settings.Noise);
        return [u.narrow(1, 0, rank), s.narrow(0, 0, rank), vt.narrow(0, 0, rank)];
    }
}
