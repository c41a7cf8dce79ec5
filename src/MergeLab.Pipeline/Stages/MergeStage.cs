using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Experiments.Parameters;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Stages;

/// <summary>One merge, carried out as a recipe: to one exact adapter where the method's result is of low rank, else to a model.</summary>
public sealed class MergeStage : IStageKind
{
    /// <summary>The folder of a merged model within the stage's output, where the result is no adapter.</summary>
    public const string ModelFolder = "model";

    public string Name => Experiments.Graph.StageKinds.Merge;

    public int CodeVersion => 3;

    public bool IsNumeric(StageNode node) => MethodOf(StageParameters.Read<MergeParameters>(node)).NeedsLinearAlgebra;

    public long EstimateMemory(StageNode node) => (64L << 20) + node.Needs.Count * (4L << 20);

    public void Run(StageContext context)
    {
        var parameters = StageParameters.Read<MergeParameters>(context.Node);
        var text = parameters.Recipe ?? RecipeText(parameters, [.. Enumerable.Range(0, context.Node.Needs.Count).Select(StageRoles.ModelAt)]);
        var recipes = RecipeFile.Read(text, context.Node.Id);
        var options = new PlanOptions { Seed = (ulong)parameters.RandomSeed, Threads = context.Threads, Cancellation = context.Cancellation };
        var folder = Path.Combine(context.Output, recipes.Final.Output == OutputForm.Adapter ? VectorsStage.AdapterFolder : ModelFolder);
        var paths = RecipePaths.Of(recipes);
        StagedMerge.Run(recipes, text, Resolve, options, new MergeTarget(folder, false, long.MaxValue, context.Threads) { Digests = false }, _ => null);

        string Resolve(string path) => parameters.Recipe is not null ? context.Node.Files[StageRoles.ModelAt(paths.Index().First(p => p.Item == path).Index)]
            : path == StageRoles.Base ? context.Node.Files[path]
            : Path.Combine(context.Inputs[path], VectorsStage.AdapterFolder);
    }

    static Method MethodOf(MergeParameters parameters) =>
        MethodTable.Find(parameters.Method) ?? throw new ProblemException($"unknown merge method '{parameters.Method}'");

    /// <summary>
    /// JSON is YAML. Models bear the names of their roles: what a merge computes does not depend on what an experiment calls them. The factors
    /// that are merged have their scale in them.
    /// </summary>
    static string RecipeText(MergeParameters parameters, List<string> models)
    {
        var method = MethodOf(parameters);
        var shared = new JsonObject();
        foreach (var parameter in method.Parameters.Where(p => !p.PerModel))
            if (parameters.Settings[parameter.Name] is { } value) shared[parameter.Name] = parameter.Name == "lora_scale" ? "peft" : value.DeepClone();
        var recipe = new JsonObject
        {
            ["merge_method"] = method.Name,
            ["models"] = new JsonArray([.. models.Select((role, i) => Model(method, parameters.Settings, role, i))]),
            ["parameters"] = shared,
            ["output"] = parameters.Output,
        };
        // A base that counts as one more model is none of an experiment's models.
        if (!method.CountsBase) recipe["base_model"] = StageRoles.Base;
        if (parameters.Compat is { } compat) recipe["compat"] = compat;
        return recipe.ToJsonString() + "\n";
    }

    static JsonObject Model(Method method, JsonObject settings, string role, int index)
    {
        var own = new JsonObject();
        foreach (var parameter in method.Parameters.Where(p => p.PerModel))
            if (settings[parameter.Name]?[index] is { } value) own[parameter.Name] = value.DeepClone();
        return new JsonObject { ["model"] = new JsonObject { ["model"] = StageRoles.Base, ["lora"] = role }, ["parameters"] = own };
    }
}
