using MergeLab.Merging.LowRank;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Rows of the method table: task arithmetic and what thins task vectors out or elects signs.</summary>
public static class SparseMethods
{
    static readonly MethodParameter Weight = new("weight", "weight of the model's task vector", PerModel: true);
    static readonly MethodParameter Lambda = new("lambda", "factor of the merged task vector", "1") { Alias = "scaling" };
    static readonly MethodParameter Int8 = new("int8_mask", "accepted for mergekit's recipes; changes nothing", "false") { Flag = true };
    static readonly MethodParameter RescaleBy = new(
        "rescale_by", "what rescaling restores: the L1 norm of each tensor (mergekit), or the expected value (the papers)", "l1", ["l1", "inverse_density"]);
    static readonly MethodParameter Merge = new(
        "merge", "what is made of the elements that agree: their sum, their weighted mean, or the largest; without it, normalize says", Words: ["sum", "mean", "max"])
    { Optional = true };
    static readonly MethodParameter Granularity = new(
        "granularity", "where elements compete for what is kept: in each tensor (mergekit) or in the whole model (the authors, FusionBench)", "tensor", ["tensor", "model"]);

    static readonly MethodParameter Density = new("density", "share of the task vector that is kept; from 1 all of it, without rescaling", "1", PerModel: true) { Least = 0, Most = 1, Saturates = true };
    static readonly MethodParameter Trim = new("trim", "share of the whole task vector that TIES keeps of what was not dropped", "0.2", PerModel: true, OnlyWith: "fusionbench") { Least = 0, Most = 1 };

    public static IReadOnlyList<Method> All { get; } =
    [
        new("task_arithmetic", "Sum of task vectors", "Task Arithmetic, ICLR 2023",
            [Weight, Lambda, Normalize(false), Density with { Meaning = "accepted for mergekit's recipes; nothing is dropped" }, Rescale(false) with { Meaning = "accepted for mergekit's recipes; nothing is rescaled" }, Int8],
            ["mergekit", "fusionbench"]) { Dense = () => new TaskVectorMethod(Sparsity.None, elects: false), LowRank = WeightedSum.TaskArithmetic },

        new("ties", "Trim, elect signs, merge", "TIES-Merging, NeurIPS 2023",
            [Weight, Density, Lambda, Normalize(true), Rescale(false), RescaleBy, Merge, Granularity, Int8],
            ["mergekit", "fusionbench"]) { TakesMasks = true, Dense = () => new TaskVectorMethod(Sparsity.Magnitude, elects: true) },

        Random("dare_linear", "Drop and rescale, then sum", "DARE, ICML 2024", elects: false),
        Random("dare_ties", "Drop and rescale, then elect signs and merge", "DARE, ICML 2024", elects: true),
        Band("breadcrumbs", "Sum of task vectors without their smallest and largest elements", elects: false),
        Band("breadcrumbs_ties", "Task vectors without their smallest and largest elements, signs elected", elects: true),
        Ranked("della", "Drop by rank and rescale, then elect signs and merge", elects: true),
        Ranked("della_linear", "Drop by rank and rescale, then sum", elects: false),

        new("lines", "Task vectors that grow with depth: λ = alpha + beta·l/L", "LiNeS, ICLR 2025",
            [
                Weight,
                new("alpha", "λ of the first layer, and of tensors outside the layers"),
                new("beta", "what the last layer's λ has more"),
                new("rule", "how task vectors are merged before", "task_arithmetic", ["task_arithmetic", "ties"]),
                Density, Normalize(false), Rescale(false), RescaleBy, Merge, Granularity,
            ],
            []) { Dense = () => new Lines() },
    ];

    static MethodParameter Normalize(bool on) => new("normalize", "divide by the sum of the weights that count", on ? "true" : "false") { Flag = true };

    static MethodParameter Rescale(bool on) => new("rescale", "make up for what was dropped, as rescale_by says", on ? "true" : "false") { Flag = true };

    static Method Random(string name, string title, string source, bool elects) => new(name, title, source,
        [Weight, Density, Lambda, Normalize(false), Rescale(true), RescaleBy, .. elects ? [Merge, Trim] : Array.Empty<MethodParameter>(), Int8],
        ["mergekit", "fusionbench"])
    { TakesMasks = true, Dense = () => new TaskVectorMethod(Sparsity.Random, elects) };

    static Method Band(string name, string title, bool elects) => new(name, title, "Model Breadcrumbs, ECCV 2024",
        [
            Weight, Density, new("gamma", "share of the largest elements that is dropped", "0.01", PerModel: true) { Least = 0, Most = 1 },
            Lambda, Normalize(false), Rescale(false), RescaleBy, .. elects ? [Merge] : Array.Empty<MethodParameter>(), Int8,
        ],
        ["mergekit"])
    { TakesMasks = true, Dense = () => new TaskVectorMethod(Sparsity.Band, elects) };

    static Method Ranked(string name, string title, bool elects) => new(name, title, "DELLA-Merging, 2024",
        [
            Weight, Density, new("epsilon", "how far the chance to stay departs from the density", "0.15", PerModel: true) { Least = 0, Most = 1 },
            Lambda, Normalize(elects), Rescale(true), RescaleBy, .. elects ? [Merge] : Array.Empty<MethodParameter>(), Int8,
        ],
        ["mergekit"])
    { Check = RankedDraws.Check, TakesMasks = true, Dense = () => new TaskVectorMethod(Sparsity.RankedRandom, elects) };
}
