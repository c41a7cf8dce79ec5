using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Experts;

/// <summary>How the rows of a router are made.</summary>
public enum RouterRows
{
    /// <summary>Standard normal.</summary>
    Normal,

    /// <summary>Uniform within ±1/√(hidden size).</summary>
    Uniform,
}

/// <summary>A dense model that becomes one expert.</summary>
/// <param name="Model">Whose feed-forward layers are taken.</param>
/// <param name="ResidualScale">Multiplies the matrix that writes to the residual stream.</param>
/// <param name="NoiseScale">Standard deviation of normal noise on every matrix.</param>
public sealed record Expert(ModelReference Model, double ResidualScale, double NoiseScale);

/// <summary>A mixture of experts out of dense models, in mergekit-moe's form.</summary>
public sealed record ExpertsRecipe(Place Place, ModelReference Base, IReadOnlyList<Expert> Experts, RouterRows Router, int ExpertsPerToken, DType? DType)
{
    /// <summary>The key by which such a recipe is told from one of a merge.</summary>
    public const string Mark = "experts";

    static readonly string[] GateModes = ["hidden", "hidden_avg", "hidden_last", "cheap_embed", "random", "uniform_random"];

    /// <exception cref="ProblemException">Anything that cannot be done, with its line.</exception>
    public static ExpertsRecipe Read(YamlNode root)
    {
        var fields = new YamlFields(root, "a mixture of experts");
        var model = ModelReference.Read(fields.Required("base_model"));
        if (model.Adapter is not null) throw new ProblemException($"'{model}' has an adapter", model.Place, "the base is a whole model", "merge the adapter into its model first");
        var mode = fields.Choice("gate_mode", GateModes) ?? GateModes[0];
        if (mode is not ("random" or "uniform_random"))
            throw new ProblemException($"gate_mode {mode} runs the models on the prompts", fields.Optional("gate_mode")?.Place ?? root.Place,
                "no LLaMA can be run here yet", "write gate_mode: random or uniform_random, and train the router");
        fields.Choice("architecture", ["mixtral"]);
        if (fields.Optional("shared_experts") is { } shared)
            throw new ProblemException("shared experts are not of the Mixtral form", shared.Place, remedy: "remove them");
        var experts = YamlFields.List(fields.Required(Mark), $"'{Mark}'");
        if (experts.Items.Count == 0) throw new ProblemException("no experts", experts.Place, remedy: "list at least two");
        var perToken = fields.WholeNumber("experts_per_token", 1, experts.Items.Count) ?? Math.Min(2, experts.Items.Count);
        var type = ReadType(fields);
        var read = experts.Items.Select(ReadExpert).ToList();
        fields.RefuseUnknown();
        return new ExpertsRecipe(root.Place, model, read, mode == "random" ? RouterRows.Normal : RouterRows.Uniform, perToken, type);
    }

    static Expert ReadExpert(YamlNode node)
    {
        var fields = new YamlFields(node, "an expert");
        var model = ModelReference.Read(fields.Required("source_model"));
        if (model.Adapter is not null) throw new ProblemException($"'{model}' has an adapter", model.Place, "experts are whole models", "merge the adapter into its model first");
        fields.Optional("positive_prompts");
        fields.Optional("negative_prompts");
        var expert = new Expert(model, fields.Number("residual_scale", -1e6, 1e6) ?? 1, fields.Number("noise_scale", 0, 1e6) ?? 0);
        fields.RefuseUnknown();
        return expert;
    }

    static DType? ReadType(YamlFields fields)
    {
        if (fields.Optional("dtype") is not { } node) return null;
        var name = YamlFields.Text(node, "'dtype'");
        if (DTypes.TryParseTorch(name, out var type) && type.IsFloat()) return type;
        throw new ProblemException($"unknown dtype '{name}'", node.Place, remedy: Suggestion.For(name, ["float32", "float16", "bfloat16"]));
    }
}
