using System.Text.Json.Nodes;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Experiments.Parameters;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Median;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Output;
using MergeLab.Merging.Recipes;

namespace MergeLab.Stages;

/// <summary>One merge: coefficients, and the merged task vectors as one exact adapter.</summary>
public sealed class MergeStage : IStageKind
{
    /// <summary>The folder of a merged model within the stage's output, where the result is no adapter.</summary>
    public const string ModelFolder = "model";

    public string Name => Experiments.Graph.StageKinds.Merge;

    public int CodeVersion => 1;

    public bool IsNumeric(StageNode node) => false;

    public long EstimateMemory(StageNode node) => (64L << 20) + node.Needs.Count * (4L << 20);

    public void Run(StageContext context)
    {
        var parameters = StageParameters.Read<MergeParameters>(context.Node);
        var models = Enumerable.Range(0, context.Node.Needs.Count).Select(StageRoles.ModelAt).ToList();
        var recipe = ToRecipe(parameters, models);
        using var inputs = AdapterSet.Open(context.Node.Files[StageRoles.Base], [.. models.Select(m => Path.Combine(context.Inputs[m], VectorsStage.AdapterFolder))]);
        var groups = CoefficientRule.Choose(recipe, inputs.Matrices, context.Threads, context.Cancellation);
        var options = new LoraAdapterOptions
        {
            BaseModel = StageRoles.Base,
            TaskType = inputs.Adapters[0].Config.TaskType,
            FanInFanOut = inputs.Adapters[0].Config.FanInFanOut,
            Files = new Dictionary<string, string> { [MergeRecord.FileName] = MergeRecord.Of(recipe, inputs, groups).ToJson() },
        };
        MergedAdapter.Write(Path.Combine(context.Output, VectorsStage.AdapterFolder), inputs, groups, recipe.PeftScale, options, null, context.Cancellation);
    }

    /// <summary>Models bear the names of their roles: what a merge computes does not depend on what an experiment calls them.</summary>
    static Recipe ToRecipe(MergeParameters parameters, List<string> models)
    {
        var settings = parameters.Settings;
        var method = MethodTable.Find(parameters.Method) ?? throw new ProblemException($"unknown merge method '{parameters.Method}'");
        var nowhere = new Place("stage");
        var weights = settings["weight"] as JsonArray;
        var granularity = settings["granularity"] is { } word ? Enum.Parse<Granularity>(word.GetValue<string>(), ignoreCase: true) : Granularity.Matrix;
        var paper = parameters.Compat == "paper" ? new PaperWeiszfeld(Number(settings, "epsilon", 1e-8), (int)Number(settings, "max_iterations", 300)) : null;
        return new Recipe(
            nowhere, method, [.. models.Select((m, i) => new RecipeModel(new ModelReference(StageRoles.Base, m, nowhere), weights is null ? 1 : weights[i]!.GetValue<double>()))],
            null, granularity, PeftScale: true, paper, null, OutputForm.Adapter);
    }

    static double Number(JsonObject settings, string name, double absent) => settings[name]?.GetValue<double>() ?? absent;
}
