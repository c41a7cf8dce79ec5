namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// Isotropic merging in the common subspace (Marczak et al., No Task Left Behind, ICML 2025, section 4.1): the sum of task vectors with all
/// its singular values replaced by their mean.
/// </summary>
sealed class IsoC : IMatrixRule
{
    public Tensor Merge(TaskMatrices tasks, MatrixSettings settings) =>
        Flatten(tasks.Sum(settings, t => tasks.Load(t).mul_(settings.Weight(t))), settings, tasks.SmallerSide).mul_(settings.Values.Number("scaling"));

    public double ElsewhereFactor(MatrixSettings settings) => settings.Values.Number("scaling");

    /// <summary>mean(S)·U·Vt. Of a deficient matrix over the directions it has; a new tensor.</summary>
    /// <param name="sum">Any matrix.</param>
    /// <param name="settings">Noise and mode.</param>
    /// <param name="side">Directions a full matrix would have.</param>
    public static Tensor Flatten(Tensor sum, MatrixSettings settings, long side)
    {
        var (u, s, vt) = Spectrum.Svd(sum);
        var rank = Spectrum.Rank(s, settings.Noise);
        if (rank < side) settings.NoteDeficient();
        if (settings.Completes) return u.matmul(vt).mul_(s.mean().item<double>());
        if (rank == 0) return zeros_like(sum);
        return u.narrow(1, 0, rank).matmul(vt.narrow(0, 0, rank)).mul_(s.narrow(0, 0, rank).mean().item<double>());
    }
}
