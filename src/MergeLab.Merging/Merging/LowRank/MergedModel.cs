using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// The base with the merged task vectors, computed as it is read: W' = round(W + Σ c_i·Δ_i), the sum in float32, one rounding to the
/// written type at the end.
/// </summary>
public sealed class MergedModel : WeightSource
{
    readonly WeightSource model;
    readonly Dictionary<string, (AdaptedMatrix Matrix, double[] Coefficients)> changes = new(StringComparer.Ordinal);
    readonly Dictionary<string, TensorSpec> specs;
    readonly bool peftScale;

    /// <param name="model">The base; not disposed with this.</param>
    /// <param name="matrices">The adapted matrices.</param>
    /// <param name="groups">Their coefficients.</param>
    /// <param name="peftScale">Whether a task vector includes PEFT's scale.</param>
    /// <param name="type">Of all float tensors; null keeps each tensor's own.</param>
    public MergedModel(WeightSource model, IReadOnlyList<AdaptedMatrix> matrices, IReadOnlyList<MergeGroup> groups, bool peftScale, DType? type)
    {
        this.model = model;
        this.peftScale = peftScale;
        foreach (var group in groups)
            foreach (var m in group.Matrices) changes.Add(matrices[m].Tensor.Name, (matrices[m], group.Coefficients));
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
        var factors = MergedFactors.Of(change.Matrix, change.Coefficients, peftScale);
        return new MergedTensor(before, spec, factors.Update(change.Matrix.Layout));
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
