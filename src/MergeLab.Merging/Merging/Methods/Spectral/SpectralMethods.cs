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
                new("energy", "instead of rank_fraction: share of the squared singular values kept") { Least = 0, Most = 1, Optional = true },
                new("scaling", "what the sum of truncated differences is multiplied by", "1") { Least = -1e6, Most = 1e6 },
                new("task", "adds the difference of this model alone, counted from 0: one model a task from a shared average (CART-Indexing)") { Least = 0, Most = 1e6, Whole = true, Optional = true },
                new("qkv", "query, key and value as they are stored, as one matrix, or as three", "stored", ["stored", "fused", "split"]),
                Decompose,
            ],
            ["fusionbench"]) { Base = BaseUse.Optional, NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new Cart()), LowRank = () => new CoreMerge(() => new Cart()) },
        new("tsv_m", "Task singular vectors (TSV-M)", "Task Singular Vectors: Reducing Task Interference in Model Merging, CVPR 2025",
            [
                Scaling,
                new("lossless", "keep all singular triples of every task, not min(m, n)/T", "false") { Flag = true },
                Weight, Decompose,
            ],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new TsvM()), LowRank = () => new CoreMerge(() => new TsvM()) },
        new("iso_c", "Isotropic merging in the common subspace (Iso-C)", "No Task Left Behind: Isotropic Model Merging, ICML 2025",
            [Scaling, Weight, Decompose],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new IsoC()), LowRank = () => new CoreMerge(() => new IsoC()) },
        new("iso_cts", "Isotropic merging in common and task-specific subspaces (Iso-CTS)", "No Task Left Behind: Isotropic Model Merging, ICML 2025",
            [
                new("common_space_fraction", "share of the directions given to the sum of task vectors", "0.8") { Least = 0, Most = 1 },
                Scaling, Weight, Decompose,
            ],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new IsoCts()), LowRank = () => new CoreMerge(() => new IsoCts()) },
        new("wudi", "WUDI merging", "Whoever Started the Interference Should End It: Guiding Data-Free Model Merging via Task Vectors, ICML 2025",
            [
                new("iterations", "steps of Adam from the sum of task vectors", "300") { Least = 0, Most = 1_000_000, Whole = true },
                new("learning_rate", "of Adam", "1e-5") { Least = 0, Most = 1 },
                Decompose,
            ],
            ["fusionbench"]) { NeedsLinearAlgebra = true, Dense = () => new MatrixMethod(() => new Wudi()) },
    ];
}
