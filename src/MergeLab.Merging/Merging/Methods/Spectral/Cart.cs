using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// CART (Choi et al., Revisiting Weight Averaging for Model Merging, 2024, section 4): the average plus λ times the sum of what is left of
/// each model's difference from the average after truncation to low rank. With <c>task</c>, of one model's difference alone (CART-Indexing).
/// </summary>
sealed class Cart : IMatrixRule
{
    public Tensor Merge(TaskMatrices tasks, MatrixSettings settings)
    {
        var scaling = settings.Values.Number("scaling");
        var task = Task(settings);
        var average = tasks.Sum(settings).div_(tasks.Count);
        var centred = (int t) => tasks.Load(t).sub_(average);
        if (task is { } one) return Truncate(centred(one), tasks, settings).mul(scaling).add_(average);
        // Differences that stay whole cancel: they sum to zero.
        if (KeepsAll(settings)) return average;
        return tasks.Sum(settings, t => Truncate(centred(t), tasks, settings)).mul_(scaling).add_(average);
    }

    /// <summary>The model whose own residual is added; null for all.</summary>
    public static int? Task(MatrixSettings settings) => settings.Values.NumberOrNull("task") is { } task ? (int)task - 1 : null;

    /// <summary>Refuses the number of a model that is not there.</summary>
    public static void Check(TensorMerge tensor)
    {
        var models = tensor.Models.Count;
        if (tensor.Settings.NumberOrNull("task") is not { } task || task <= models) return;
        throw new ProblemException($"there is no task {task}", why: $"{models} models are merged", remedy: $"give a number from 1 to {models}");
    }

    /// <summary>The rank that a centred matrix is cut to.</summary>
    public static long RankOf(MethodSettings values, long side, Func<IReadOnlyList<double>> squares) =>
        values.NumberOrNull("energy") is { } energy ? RankShare.OfEnergy(energy, squares()) : RankShare.Kept(values.Number("rank_fraction"), side);

    static bool KeepsAll(MatrixSettings settings) => settings.Values.NumberOrNull("energy") is null && settings.Values.Number("rank_fraction") is >= 1;

    static Tensor Truncate(Tensor centred, TaskMatrices tasks, MatrixSettings settings) =>
        Spectrum.Approximation(centred, RankOf(settings.Values, tasks.SmallerSide, () => Spectrum.Squares(centred)));
}
