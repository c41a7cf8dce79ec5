using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// The merge as one LoRA adapter of rank Σ r_i, exact and loadable by PEFT: lora_alpha equals the rank, so that its scale is 1, and the
/// coefficients are in B. Factors are stacked and written one matrix at a time.
/// </summary>
public static class MergedAdapter
{
    /// <summary>What will be stored for the given matrices.</summary>
    public static IReadOnlyList<TensorSpec> Tensors(IReadOnlyList<AdaptedMatrix> matrices, DType type) =>
        [.. matrices.Select(m => Shape(m).Tensors(type)).SelectMany(t => new[] { t.A, t.B })];

    /// <param name="target">The folder to appear.</param>
    /// <param name="inputs">The merged adapters and their base.</param>
    /// <param name="groups">Coefficients.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    /// <param name="options">Type, files and base model of the adapter.</param>
    /// <param name="written">Told the bytes of each finished module.</param>
    /// <param name="cancellation">Stops between modules and leaves nothing behind.</param>
    public static void Write(
        string target, AdapterSet inputs, IReadOnlyList<MergeGroup> groups, bool peftScale, LoraAdapterOptions options, Action<long>? written, CancellationToken cancellation)
    {
        var coefficients = groups.SelectMany(g => g.Matrices.Select(m => (m, g.Coefficients))).ToDictionary(p => p.m, p => p.Coefficients);
        var byModule = inputs.Matrices.Select((matrix, m) => (matrix, m)).ToDictionary(p => p.matrix.Sample.Path, StringComparer.Ordinal);
        LoraAdapterWriter.Write(target, [.. inputs.Matrices.Select(Shape)], shape =>
        {
            cancellation.ThrowIfCancellationRequested();
            var (matrix, m) = byModule[shape.Module];
            var factors = MergedFactors.Of(matrix, coefficients[m], peftScale);
            written?.Invoke((factors.A.Length + (long)factors.B.Length) * options.DType.Size());
            return (factors.A, factors.B);
        }, options);
    }

    static LoraShape Shape(AdaptedMatrix matrix)
    {
        var rank = matrix.Parts.Sum(p => p?.Rank ?? 0);
        return new LoraShape(matrix.Sample.Path, rank, rank, matrix.Sample.Outputs, [.. matrix.Sample.A.Shape.Skip(1)]) { Form = matrix.Sample.Form };
    }
}
