using System.Text.Json;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Output;

namespace MergeLab.Merging.Experts;

/// <summary>Writes a mixture of experts as a model folder of the Mixtral form.</summary>
public static class ExpertsMerger
{
    /// <summary>The recipe beside the result, as mergekit-moe names it.</summary>
    public const string RecipeFile = "mergekit_moe_config.yml";

    static readonly JsonSerializerOptions Form = new() { WriteIndented = true };

    /// <param name="recipe">What was asked for.</param>
    /// <param name="text">The recipe as written.</param>
    /// <param name="model">The opened models.</param>
    /// <param name="target">Where to write.</param>
    /// <param name="written">Told the bytes of each finished tensor.</param>
    /// <param name="cancellation">Leaves nothing behind.</param>
    /// <exception cref="ProblemException">The target is in the way, or one of the inputs; the disk is too small.</exception>
    public static void Run(ExpertsRecipe recipe, string text, ExpertsModel model, MergeTarget target, Action<long>? written, CancellationToken cancellation)
    {
        var folder = model.Folder ?? throw new ProblemException("the base is a lone file", new Place(model.Name), "its config.json is needed", "give the model's folder");
        ReplacedInputs.Refuse(target.Target, model.Folders);
        var options = new CheckpointWriterOptions { ShardSize = target.ShardSize, Overwrite = target.Overwrite, CopyFrom = folder };
        using var writer = CheckpointWriter.Create(target.Target, model.Tensors, options);
        writer.AddFile(Checkpoint.ConfigFile, Config(Path.Combine(folder, Checkpoint.ConfigFile), recipe));
        writer.AddFile(RecipeFile, text);
        ModelCopy.Write(model, model.Inputs, writer.Write, target.Threads, written, cancellation);
        cancellation.ThrowIfCancellationRequested();
        writer.Commit();
    }

    static string Config(string file, ExpertsRecipe recipe)
    {
        if (!File.Exists(file) || JsonNode.Parse(File.ReadAllText(file)) is not JsonObject config)
            throw new ProblemException("the base has no config.json", new Place(file), remedy: "give a whole model folder");
        config["architectures"] = new JsonArray("MixtralForCausalLM");
        config["model_type"] = "mixtral";
        config["num_local_experts"] = recipe.Experts.Count;
        config["num_experts_per_tok"] = recipe.ExpertsPerToken;
        config["output_router_logits"] = false;
        config["router_aux_loss_coef"] = 0.001;
        config["router_jitter_noise"] = JsonNode.Parse("0.0"); // a fraction, as configs write it
        config["sliding_window"] ??= null;
        if (recipe.DType is { } type) config[config.ContainsKey("torch_dtype") ? "torch_dtype" : "dtype"] = type.TorchName();
        return config.ToJsonString(Form) + "\n";
    }
}
