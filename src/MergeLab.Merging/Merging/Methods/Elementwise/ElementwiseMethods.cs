using MergeLab.Merging.LowRank;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>Rows of the method table: one element of the result from the same element of each input.</summary>
public static class ElementwiseMethods
{
    public static IReadOnlyList<Method> All { get; } =
    [
        new("linear", "Weighted average of weights", "Model Soups, ICML 2022",
            [
                new("weight", "weight of the model", PerModel: true),
                new("normalize", "divide by the sum of the weights", "true") { Flag = true },
            ],
            ["mergekit", "fusionbench"]) { Base = BaseUse.Optional, CountsBase = true, Check = Linear.Check, Dense = () => new Linear(), LowRank = WeightedSum.Linear },

        new("passthrough", "One model's weights", "mergekit",
            [new("scale", "what multiplies the weights", PerModel: true) { Optional = true }],
            ["mergekit"]) { Base = BaseUse.Optional, CountsBase = true, MostModels = 1, Dense = () => new Passthrough() },

        new("nearswap", "Swap weights that are near the base's", "mergekit",
            [new("t", "distance up to which the other model's weight is taken whole") { Least = 0 }],
            ["mergekit"]) { MostModels = 1, Dense = () => new NearSwap() },

        new("magmax", "Task vectors' elements of largest magnitude", "MagMax, ECCV 2024",
            [new("lambda", "factor of the merged task vector", "0.5") { Alias = "scaling" }],
            ["fusionbench"]) { Dense = () => new MagMax() },

        new("ram", "Reinforced Agent Merging", "arXiv 2601.13572",
            [new("epsilon", "elements of a task vector up to this count as unchanged", "1e-5") { Least = 0 }],
            ["mergekit"]) { Dense = () => new Ram(plus: false) },

        new("ramplus_tl", "Reinforced Agent Merging with tensor-level gains", "arXiv 2601.13572",
            [
                new("epsilon", "elements of a task vector up to this count as unchanged", "1e-5") { Least = 0 },
                new("r", "gain of a model's own elements per shared one", "0.1"),
                new("alpha", "most shared elements per own one that count", "0.2") { Least = 0 },
            ],
            ["mergekit"]) { WidensInMergekit = true, Dense = () => new Ram(plus: true) },
    ];
}
