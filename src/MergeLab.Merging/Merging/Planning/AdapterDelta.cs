using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Planning;

/// <summary>A task vector known without subtracting: scale·B·A in float, as it is before it is added to the base and rounded.</summary>
sealed class AdapterDelta : TensorReader
{
    readonly IReadOnlyList<LowRankUpdate> updates;

    AdapterDelta(TensorSpec tensor, IReadOnlyList<LowRankUpdate> updates) => (Tensor, this.updates) = (tensor, updates);

    public override TensorSpec Tensor { get; }

    public override void Read(long first, Span<float> to)
    {
        to.Clear();
        foreach (var update in updates) update.Apply(first, to);
    }

    /// <summary>The delta of one tensor; null where the adapter does more than add products.</summary>
    public static TensorReader? Of(AdapterBinding binding, TensorSpec tensor, FactorCache cache)
    {
        if (Products(binding, tensor.Name) is not { } products) return null;
        var spec = new TensorSpec(tensor.Name, DType.F32, tensor.Shape);
        return new DeferredReader(spec, () => new AdapterDelta(spec, [.. products.Select(p => p.Factors())]), cache);
    }

    /// <summary>The factors, where the delta is one product.</summary>
    public static LowRankDelta? Factors(AdapterBinding binding, string tensor) =>
        Products(binding, tensor) is [var only] ? new LowRankDelta(only.Module, only.Layout, only.Module.Scale) : null;

    static List<BoundLora>? Products(AdapterBinding binding, string tensor)
    {
        if (!binding.Changes.TryGetValue(tensor, out var changes)) return null;
        var products = changes.OfType<BoundLora>().Where(c => c is { IsAdditive: true, Initialisation: BaseInitialisation.None }).ToList();
        return products.Count == changes.Count ? products : null;
    }
}
