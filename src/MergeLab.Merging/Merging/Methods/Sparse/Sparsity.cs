namespace MergeLab.Merging.Methods.Sparse;

/// <summary>How a method of task vectors drops elements.</summary>
public enum Sparsity
{
    /// <summary>Nothing is dropped.</summary>
    None,

    /// <summary>The largest magnitudes stay: TIES.</summary>
    Magnitude,

    /// <summary>The largest magnitudes but the very largest stay: Model Breadcrumbs.</summary>
    Band,

    /// <summary>Each element stays with one probability: DARE.</summary>
    Random,

    /// <summary>Each element stays with a probability that grows with its rank in its row: DELLA.</summary>
    RankedRandom,
}
