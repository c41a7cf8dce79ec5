using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Which parameters are matrices to a spectral method: linear maps, told by shape and role, not by the names of one model family.</summary>
static class MatrixRole
{
    /// <summary>Ends of module names whose two-dimensional weight is a table of vectors, not a map.</summary>
    static readonly string[] Tables = ["embed", "embedding", "embeddings", "embed_tokens", "embed_positions", "wte", "wpe", "shared", "relative_attention_bias"];

    /// <param name="tensor">The parameter.</param>
    /// <param name="isEmbedding">Its rows are a vocabulary.</param>
    /// <param name="settings">May say <c>decompose</c>: auto, true or false.</param>
    /// <param name="compat">fusionbench takes every two-dimensional parameter for a matrix.</param>
    public static bool IsDecomposed(TensorSpec tensor, bool isEmbedding, MethodSettings settings, string? compat)
    {
        var wanted = settings.Has("decompose") ? settings.Word("decompose") : "auto";
        if (wanted == "false" || tensor.Shape.Count < 2 || tensor.Count == 0) return false;
        if (wanted == "true") return true;
        if (compat == MatrixSettings.FusionBench) return tensor.Shape.Count == 2;
        return tensor.Shape.Count == 2 && tensor.Shape.All(d => d > 1) && !isEmbedding && !IsTable(tensor.Name);
    }

    /// <summary>The average that takes the place of the rule elsewhere.</summary>
    public static Tensor Elsewhere(IMatrixRule rule, TaskMatrices tasks, MatrixSettings settings) =>
        tasks.Sum(settings, t => tasks.Load(t).mul_(settings.Weight(t))).mul_(rule.ElsewhereFactor(settings) / tasks.Count);

    /// <summary>A table of embeddings, by the end of its name.</summary>
    public static bool IsTable(string name)
    {
        var module = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        var last = module[(module.LastIndexOf('.') + 1)..];
        return Tables.Any(t => last.EndsWith(t, StringComparison.OrdinalIgnoreCase));
    }
}
