using MergeLab.Checkpoints;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Vocabularies;

/// <summary>
/// Cuts embeddings and heads to the rows that all models have (mergekit's <c>--unsafe-truncate-embeddings</c>): right only where the vocabularies
/// begin alike, which nobody checks.
/// </summary>
public sealed class TruncatedVocabulary : IRowAlignment
{
    /// <param name="models">All models of the merge.</param>
    public TruncatedVocabulary(OpenedModels models)
    {
        var rows = models.All.SelectMany(m => m.Weights.Tensors).Where(t => t.Shape.Count > 0 && TensorRoles.IsVocabulary(t.Name)).Select(t => t.Shape[0]).ToList();
        Rows = rows.Count == 0 ? 0 : rows.Min();
        IsNeeded = rows.Count > 0 && rows.Max() != Rows;
    }

    /// <inheritdoc/>
    public long Rows { get; }

    /// <summary>Whether the models differ at all.</summary>
    public bool IsNeeded { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorReader> Align(string tensor, IReadOnlyList<(ModelReference Model, TensorReader Reader)> inputs) => [.. inputs.Select(i => FirstRows.Of(i.Reader, Rows))];

    /// <summary>The beginning of a tensor, which lies in memory as it would alone.</summary>
    sealed unsafe class FirstRows(TensorReader whole, TensorSpec tensor) : TensorReader
    {
        public static TensorReader Of(TensorReader whole, long rows) =>
            whole.Tensor.Shape[0] == rows ? whole : new FirstRows(whole, new TensorSpec(whole.Tensor.Name, whole.Tensor.DType, [rows, .. whole.Tensor.Shape.Skip(1)]));

        public override TensorSpec Tensor => tensor;

        public override byte* Stored => whole.Stored;

        public override void Read(long first, Span<float> to) => whole.Read(first, to);

        public override void Read(long first, Span<double> to) => whole.Read(first, to);
    }
}
