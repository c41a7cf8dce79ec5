using MergeLab.Merging.LowRank;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Rows of the method table: methods that look at a weight matrix as a whole.</summary>
public static class SpectralMethods
{
    static readonly MethodParameter Decompose = new(
        "decompose", "which parameters are merged as matrices, the others being averaged; auto: linear maps, no embeddings", "auto", ["auto", "true", "false"]);

    static readonly MethodParameter Scaling = new("scaling", "what the merged task vector is multiplied by", "1") { Least = -1e6, Most = 1e6 };

    static readonly MethodParameter Weight = new("weight", "what the model's task vector is multiplied by before", "1", PerModel: true) { Least = -1e6, Most = 1e6 };

    public static IReadOnlyList<Method> All { get; } =
    [
        new("cart", "Centred averaging with low-rank truncation (CART)", "Revisiting Weight Averaging for Model Merging, 2024",
            [
                new("rank_fraction", "share of the smaller side kept of each model's difference from the average", "0.08") { Least = 0, Most = 1 },
                new("energy", "instead of rank_fraction: share of the squared singular values kept") { Least = 0, Most = 1, Optional = true, Replaces = "rank_fraction" },
                new("scaling", "what the sum of truncated differences is multiplied by", "1") { Least = -1e6, Most = 1e6 },
                new("task", "adds the difference of this model alone, counted from 1: one model a task from a shared average (CART-Indexing)") { Least = 1, Most = 1e6, Whole = true, Optional = true },
                new("qkv", "query, key and value as they are stored, as one matrix, or as three", "stored", ["stored", "fused", "split"]),
                Decompose, MethodParameter.LoraScale,
            ],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Base = BaseUse.Optional, Check = Cart.Check, Dense = () => new MatrixMethod(() => new Cart()), LowRank = () => new CoreMerge(() => new Cart()) },
        new("tsv_m", "Task singular vectors (TSV-M)", "Task Singular Vectors: Reducing Task Interference in Model Merging, CVPR 2025",
            [
                Scaling,
                new("lossless", "keep all singular triples of every task, not min(m, n)/T", "false") { Flag = true },
                Weight, Decompose, MethodParameter.LoraScale,
            ],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new TsvM()), LowRank = () => new CoreMerge(() => new TsvM()) },
        new("iso_c", "Isotropic merging in the common subspace (Iso-C)", "No Task Left Behind: Isotropic Model Merging, ICML 2025",
            [Scaling, Weight, Decompose, MethodParameter.LoraScale],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new IsoC()), LowRank = () => new CoreMerge(() => new IsoC()) },
        new("iso_cts", "Isotropic merging in common and task-specific subspaces (Iso-CTS)", "No Task Left Behind: Isotropic Model Merging, ICML 2025",
            [
                new("common_space_fraction", "share of the directions given to the sum of task vectors", "0.8") { Least = 0, Most = 1 },
                Scaling, Weight, Decompose, MethodParameter.LoraScale,
            ],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new IsoCts()), LowRank = () => new CoreMerge(() => new IsoCts()) },
        new("wudi", "WUDI merging", "Whoever Started the Interference Should End It: Guiding Data-Free Model Merging via Task Vectors, ICML 2025",
            [
                new("iterations", "steps of Adam from the sum of task vectors", "300") { Least = 0, Most = 1_000_000, Whole = true },
                new("learning_rate", "of Adam", "1e-5") { Least = 0, Most = 1 },
                Decompose,
            ],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new Wudi()) },
        new("core_space", "Core space merging", "Accurate and Efficient Low-Rank Model Merging in Core Space, NeurIPS 2025",
            [
                .. Inner("sum"),
                new("isotropize", "replace the singular values of the merged core by their mean", "false") { Flag = true },
                Scaling, Weight, MethodParameter.LoraScale,
            ],
            []) { NeedsLinearAlgebra = true, LowRank = () => new CoreSpaceMerge() },
        new("knots", "KnOTS", "Model Merging with SVD to Tie the KnOTS, ICLR 2025",
            [
                .. Inner("ties"),
                new("trim", "what TIES trims together: all matrices of the model, as the authors do, or each by itself", "model", ["model", "matrix"]),
                new("basis", "what is merged: right singular vectors times singular values, as the authors do, or the vectors alone", "scaled", ["scaled", "orthonormal"]),
                Scaling, Weight, MethodParameter.LoraScale,
            ],
            []) { NeedsLinearAlgebra = true, LowRank = () => new KnotsMerge() },
        new("add_weighted_adapter", "PEFT's combinations of adapters", "PEFT, LoraModel.add_weighted_adapter",
            [
                new("combination_type", "as PEFT names it; linear, ties, dare and magnitude_prune work on A and on B separately, which is no weighted sum of task vectors: that is task_arithmetic", "svd", PeftCombination.Types),
                new("svd_rank", "rank of the result of svd types; the largest of the adapters' where it is not set") { Least = 1, Most = 1 << 16, Whole = true, Optional = true },
                new("svd_clamp", "svd types: bounds entries of the factors by this quantile") { Least = 0, Most = 1, Optional = true },
                new("density", "share of the entries that ties, dare and magnitude_prune keep") { Least = 0, Most = 1, Optional = true },
                new("majority_sign_method", "ties: the sign of the sum of values, or of the sum of signs", "total", ["total", "frequency"]),
                new("weight", "weight of the adapter", "1", PerModel: true) { Least = -1e6, Most = 1e6 },
            ],
            ["peft"]) { NeedsLinearAlgebra = true, LowRank = () => new PeftCombination() },
    ];

    static IEnumerable<MethodParameter> Inner(string standard) =>
    [
        new("inner", "how the representations are merged", standard, SpaceRule.Words),
        new("density", "ties: share of the entries kept of each task", "0.2") { Least = 0, Most = 1 },
        new("ties_merge", "ties: entries of the elected sign are averaged or added", "mean", ["mean", "sum"]),
        new("rank_fraction", "cart: share of the space's smaller side kept of each task's difference from the average", "0.04") { Least = 0, Most = 1 },
        new("cart_scaling", "cart: what the sum of truncated differences is multiplied by", "0.1") { Least = -1e6, Most = 1e6 },
    ];
}
