namespace MergeLab.Merging.Methods.Spherical;

/// <summary>Rows of the method table: combinations whose coefficients follow from lengths and angles.</summary>
public static class SphericalMethods
{
    public static IReadOnlyList<Method> All { get; } =
    [
        new("slerp", "Spherical interpolation from the base to another model", "SIGGRAPH 1985",
            [
                new("t", "how far from the base to the other model; not limited to 0 … 1"),
                new("dot_threshold", "cosine above which the interpolation is linear", "0.9995") { Least = 0, Most = 1 },
            ],
            ["mergekit", "fusionbench"]) { MostModels = 1, Dense = () => new Slerp() },

        new("nuslerp", "Spherical interpolation of two models or task vectors", "mergekit",
            [
                new("weight", "weight of the model", PerModel: true),
                new("nuslerp_flatten", "take each tensor as one vector", "true") { Flag = true },
                new("nuslerp_row_wise", "without flattening: vectors run along the first dimension, not the last", "false") { Flag = true },
            ],
            ["mergekit"]) { Base = BaseUse.Optional, LeastModels = 2, MostModels = 2, Dense = () => new NuSlerp() },

        new("multislerp", "Weighted mean direction of models or task vectors", "mergekit",
            [
                new("weight", "weight of the model", PerModel: true),
                new("normalize_weights", "divide the weights by their sum", "true") { Flag = true },
                new("eps", "added to lengths before they divide", "1e-8") { Least = 0, Most = 1 },
            ],
            ["mergekit"]) { Base = BaseUse.Optional, Check = MultiSlerp.Check, Dense = () => new MultiSlerp() },

        new("karcher", "Karcher mean of directions; a base is one more model", "mergekit",
            [
                new("max_iter", "limit of steps", "10") { Least = 0, Most = 1_000_000, Whole = true },
                new("tol", "stop once a step is shorter than this", "1e-5") { Least = 0, Most = 1 },
            ],
            ["mergekit"]) { Base = BaseUse.Optional, CountsBase = true, Dense = () => new Karcher() },

        new("model_stock", "Base plus the mean task vector, as far as the task vectors agree", "Model Stock, ECCV 2024",
            [new("filter_wise", "one ratio for each row rather than each tensor", "false") { Flag = true }],
            ["mergekit", "fusionbench"]) { LeastModels = 2, Dense = () => new ModelStock() },
    ];
}
