using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// The base with the merged task vectors, computed as it is read: W' = round(W + Δ), the sum in float32, one rounding to the
/// written type at the end.
/// </summary>
public sealed class MergedModel : WeightSource
{
    readonly WeightSource model;
    readonly Dictionary<string, (AdaptedMatrix Matrix, int Index)> changes = new(StringComparer.Ordinal);
    readonly Dictionary<string, TensorSpec> specs;
    readonly IFactorMerge merge;

    /// <param name="model">The base; not disposed with this.</param>
    /// <param name="matrices">The adapted matrices.</param>
    /// <param name="groups">Their coefficients.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    /// <param name="type">Of all float tensors; null keeps each tensor's own.</param>
    public MergedModel(WeightSource model, IReadOnlyList<AdaptedMatrix> matrices, IReadOnlyList<MergeGroup> groups, bool peftScale, DType? type)
        : this(model, matrices, new CoefficientMerge(matrices, groups, peftScale), type)
    {
    }

    /// <param name="model">The base; not disposed with this.</param>
    /// <param name="matrices">The adapted matrices, as the merge numbers them.</param>
    /// <param name="merge">Any merge in factor space.</param>
    /// <param name="type">Of all float tensors; null keeps each tensor's own.</param>
    public MergedModel(WeightSource model, IReadOnlyList<AdaptedMatrix> matrices, IFactorMerge merge, DType? type)
    {
        this.model = model;
        this.merge = merge;
        for (var m = 0; m < matrices.Count; m++) changes.Add(matrices[m].Tensor.Name, (matrices[m], m));
        Tensors = [.. model.Tensors.Select(t => new TensorSpec(t.Name, t.DType.IsFloat() ? type ?? t.DType : t.DType, t.Shape))];
        specs = Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    public override string Name => model.Name;

    public override IReadOnlyList<TensorSpec> Tensors { get; }

    public override ModelConfig? Config => model.Config;

    public override TensorSpec? Find(string name) => specs.GetValueOrDefault(name);

    public override TensorReader Reader(string name)
    {
        var before = model.Reader(name);
        var spec = specs[name];
        if (!changes.TryGetValue(name, out var change)) return spec.DType == before.Tensor.DType ? before : new MergedTensor(before, spec, null);
        return new MergedTensor(before, spec, merge.Merge(change.Index).Update(change.Matrix.Layout));
    }

    protected override void Dispose(bool disposing)
    {
    }

    sealed class MergedTensor(TensorReader before, TensorSpec spec, LowRankUpdate? update) : TensorReader
    {
        public override TensorSpec Tensor => spec;

        public override void Read(long first, Span<float> to)
        {
            before.Read(first, to);
            update?.Apply(first, to);
            Elements.Round(spec.DType, to);
        }
    }
}
