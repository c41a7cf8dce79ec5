using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// What PEFT's <c>add_weighted_adapter</c> makes of LoRA adapters. Its linear types combine the A's and the B's separately, each with the
/// root of weight and scale; its svd types combine dense task vectors and cut the result to a rank; cat is exact.
/// </summary>
sealed class PeftCombination : ILowRankMethod
{
    public static readonly IReadOnlyList<string> Types =
    [
        "svd", "linear", "cat", "ties", "ties_svd", "dare_ties", "dare_linear", "dare_ties_svd", "dare_linear_svd", "magnitude_prune", "magnitude_prune_svd",
    ];

    public IFactorMerge Begin(LowRankRun run)
    {
        var settings = run.Matrices[0].Settings;
        // With one adapter PEFT takes any type for linear.
        var type = run.Models.Count == 1 ? "linear" : settings.Word("combination_type");
        var ranks = Enumerable.Range(0, run.Models.Count)
            .Select(i => run.Configs.Count > 0 ? run.Configs[i].MaxRank : run.Matrices.Max(m => m.Matrix.Parts[i]?.Rank ?? 0)).ToList();
        CheckDensity(type, settings);
        if (type is "linear" or "ties" or "dare_ties" or "dare_linear" or "magnitude_prune") CheckRanks(type, ranks, run);
        return new Merge(run, type, ranks);
    }

    static void CheckDensity(string type, MethodSettings settings)
    {
        if (type is "linear" or "cat" or "svd") return;
        if (settings.NumberOrNull("density") is not { } density)
            throw new ProblemException($"combination_type {type} needs a density", why: "it says which share of the entries is kept", remedy: "set density, such as 0.5");
        if (density == 0 && type.StartsWith("dare", StringComparison.Ordinal))
            throw new ProblemException("a density of 0 keeps nothing", why: $"{type} divides what it keeps by the density", remedy: "set a density above 0");
    }

    static void CheckRanks(string type, List<int> ranks, LowRankRun run)
    {
        if (ranks.Distinct().Count() > 1)
            throw new ProblemException($"combination_type {type} needs adapters of one rank", why: $"these have {string.Join(", ", ranks)}; it adds their factors entry by entry",
                remedy: "use cat, or an svd type; task_arithmetic merges adapters of any ranks exactly");
        foreach (var (matrix, _, _) in run.Matrices)
            if (matrix.Parts.OfType<LoraModule>().Select(p => p.Rank).Distinct().Count() > 1)
                throw new ProblemException($"combination_type {type} needs factors of one rank", new Place(matrix.Sample.A.File, Tensor: matrix.Tensor.Name),
                    "the adapters' rank patterns differ here", "use cat, or an svd type");
    }

    sealed class Merge(LowRankRun run, string type, IReadOnlyList<int> ranks) : FactorMerge(run)
    {
        public override int RankOf(int matrix)
        {
            var parts = Run.Matrices[matrix].Matrix;
            return type switch
            {
                // PEFT keeps room for every adapter's largest rank in every module and leaves what is not used at zero.
                "cat" => Run.Compat == "peft" ? ranks.Sum() : parts.Parts.Sum(p => p?.Rank ?? 0),
                _ when IsSvd => SvdRank(matrix),
                _ => parts.Sample.Rank,
            };
        }

        bool IsSvd => type.EndsWith("svd", StringComparison.Ordinal);

        public override FactorPair Pair(int matrix)
        {
            var merge = Run.Matrices[matrix];
            var pair = type == "cat" ? Concatenated(merge) : type == "svd" ? SumCut(merge, SvdRank(matrix)) : IsSvd ? DenseCut(merge, SvdRank(matrix)) : Separately(merge);
            return Inherited(pair, matrix).In(merge.Matrix.Layout);
        }

        /// <summary>The new adapter copies the first one's config, and its use_rslora with it, so that PEFT scales it by √r.</summary>
        FactorPair Inherited(FactorPair pair, int matrix) =>
            Run.Compat == "peft" && Run.Configs.Count > 0 && Run.Configs[0].RankStabilised ? pair with { Left = pair.Left.mul(Math.Sqrt(RankOf(matrix))) } : pair;

        static double Weight(MatrixMerge merge, int model) => merge.Models[model].Number("weight");

        int SvdRank(int matrix)
        {
            var sample = Run.Matrices[matrix].Matrix.Sample;
            var asked = Run.Matrices[matrix].Settings.NumberOrNull("svd_rank") is { } rank ? (int)rank : ranks.Max();
            var side = (int)Math.Min(sample.Outputs, sample.Inputs);
            if (asked > side) Run.Note("svd_rank is above the smaller side of some matrices: they get the rank of that side, where PEFT writes factors that it cannot load");
            return Math.Min(asked, side);
        }

        static LayoutFactors Factors(LoraModule part) => LayoutFactors.Of(new LowRankDelta(part, WeightLayout.Direct, 1));

        FactorPair Concatenated(MatrixMerge merge)
        {
            var (left, right) = (new List<Tensor>(), new List<Tensor>());
            foreach (var (part, i) in There(merge))
            {
                var factors = Factors(part);
                left.Add(factors.Left);
                right.Add(factors.Right.mul(Weight(merge, i) * Run.Scale(part)));
            }
            return new FactorPair(cat(left, 1), cat(right, 0));
        }

        FactorPair SumCut(MatrixMerge merge, int rank)
        {
            var space = CoreSpace.Of([.. Run.TaskVectors(merge.Matrix).Select(d => d is null ? null : d with { Layout = WeightLayout.Direct })]);
            var sum = space.Cores.Select((c, i) => c.mul(Weight(merge, i))).Aggregate((a, b) => a.add_(b));
            if (merge.Settings.NumberOrNull("svd_clamp") is { } clamp) return SvdClamp.Cut(space.Left.matmul(sum).matmul(space.Right), rank, clamp);
            var (u, s, vt) = Spectrum.Leading(sum, rank);
            return new FactorPair(space.Left.matmul(u.mul(s)), vt.matmul(space.Right));
        }

        FactorPair DenseCut(MatrixMerge merge, int rank)
        {
            var there = There(merge).ToList();
            var deltas = there.Select(p =>
            {
                var factors = Factors(p.Part);
                return factors.Left.matmul(factors.Right).mul_(Run.Scale(p.Part));
            }).ToList();
            var merged = Combined(merge, deltas, [.. there.Select(p => Weight(merge, p.Model))], [.. there.Select(p => p.Model)], ".delta");
            if (merge.Settings.NumberOrNull("svd_clamp") is { } clamp) return SvdClamp.Cut(merged, rank, clamp);
            var (u, s, vt) = Spectrum.Leading(merged, rank);
            return new FactorPair(u.mul(s), vt);
        }

        FactorPair Separately(MatrixMerge merge)
        {
            var there = There(merge).ToList();
            var factors = there.Select(p => Factors(p.Part)).ToList();
            var products = there.Select(p => Weight(merge, p.Model) * Run.Scale(p.Part)).ToList();
            int[] models = [.. there.Select(p => p.Model)];
            var a = Combined(merge, [.. factors.Select(f => f.Right)], [.. products.Select(p => Math.Sign(p) * Math.Sqrt(Math.Abs(p)))], models, ".lora_A");
            var b = Combined(merge, [.. factors.Select(f => f.Left)], [.. products.Select(p => Math.Sqrt(Math.Abs(p)))], models, ".lora_B");
            return new FactorPair(b, a);
        }

        Tensor Combined(MatrixMerge merge, List<Tensor> tensors, double[] weights, int[] models, string part)
        {
            var values = tensors.Select(t => t.contiguous().data<double>().ToArray()).ToArray();
            var density = merge.Settings.NumberOrNull("density") ?? 1;
            var name = merge.Matrix.Sample.Path + part;
            for (var i = 0; i < values.Length; i++)
            {
                if (type.StartsWith("dare", StringComparison.Ordinal)) PeftPruning.Drop(values[i], density, Run, Run.Models[models[i]], name);
                else if (type.StartsWith("ties", StringComparison.Ordinal) || type.StartsWith("magnitude", StringComparison.Ordinal)) PeftPruning.Trim(values[i], density, Run.Compat);
            }
            var merged = type.Contains("ties", StringComparison.Ordinal)
                ? PeftPruning.Elect(values, weights, merge.Settings.Word("majority_sign_method") == "frequency")
                : PeftPruning.Sum(values, weights);
            return tensor(merged, tensors[0].shape);
        }

        static IEnumerable<(LoraModule Part, int Model)> There(MatrixMerge merge) =>
            merge.Matrix.Parts.Select((part, i) => (part, i)).Where(p => p.part is not null).Select(p => (p.part!, p.i));
    }
}
