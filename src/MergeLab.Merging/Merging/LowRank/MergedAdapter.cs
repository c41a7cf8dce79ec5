using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// The merge as one LoRA adapter, exact and loadable by PEFT: lora_alpha equals the rank, so that its scale is 1. Factors are made and
/// written one matrix at a time.
/// </summary>
public static class MergedAdapter
{
    /// <summary>What will be stored for the given matrices by a merge of coefficients.</summary>
    public static IReadOnlyList<TensorSpec> Tensors(IReadOnlyList<AdaptedMatrix> matrices, DType type) =>
        Tensors(matrices, new CoefficientMerge(matrices, Array.Empty<MergeGroup>(), peftScale: true), type);

    /// <summary>What will be stored for the given matrices.</summary>
    public static IReadOnlyList<TensorSpec> Tensors(IReadOnlyList<AdaptedMatrix> matrices, IFactorMerge merge, DType type) =>
        [.. matrices.Select((m, i) => Shape(m, merge.RankOf(i)).Tensors(type)).SelectMany(t => new[] { t.A, t.B })];

    /// <summary>Writes a merge of coefficients.</summary>
    /// <param name="target">The folder to appear.</param>
    /// <param name="inputs">The merged adapters and their base.</param>
    /// <param name="groups">Coefficients.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    /// <param name="options">Type, files and base model of the adapter.</param>
    /// <param name="written">Told the bytes of each finished module.</param>
    /// <param name="cancellation">Stops between modules and leaves nothing behind.</param>
    public static void Write(
        string target, AdapterSet inputs, IReadOnlyList<MergeGroup> groups, bool peftScale, LoraAdapterOptions options, Action<long>? written, CancellationToken cancellation) =>
        Write(target, inputs.Matrices, new CoefficientMerge(inputs.Matrices, groups, peftScale), options, written, cancellation);

    /// <summary>Writes any merge in factor space.</summary>
    /// <param name="target">The folder to appear.</param>
    /// <param name="matrices">The adapted matrices, as the merge numbers them.</param>
    /// <param name="merge">The merge.</param>
    /// <param name="options">Type, files and base model of the adapter.</param>
    /// <param name="written">Told the bytes of each finished module.</param>
    /// <param name="cancellation">Stops between modules and leaves nothing behind.</param>
    public static void Write(
        string target, IReadOnlyList<AdaptedMatrix> matrices, IFactorMerge merge, LoraAdapterOptions options, Action<long>? written, CancellationToken cancellation)
    {
        var byModule = matrices.Select((matrix, m) => (matrix, m)).ToDictionary(p => p.matrix.Sample.Path, p => p.m, StringComparer.Ordinal);
        LoraAdapterWriter.Write(target, [.. matrices.Select((matrix, m) => Shape(matrix, merge.RankOf(m)))], shape =>
        {
            cancellation.ThrowIfCancellationRequested();
            var factors = merge.Merge(byModule[shape.Module]);
            written?.Invoke((factors.A.Length + (long)factors.B.Length) * options.DType.Size());
            return (factors.A, factors.B);
        }, options);
    }

    static LoraShape Shape(AdaptedMatrix matrix, int rank) =>
        new(matrix.Sample.Path, rank, rank, matrix.Sample.Outputs, [.. matrix.Sample.A.Shape.Skip(1)]) { Form = matrix.Sample.Form };
}
