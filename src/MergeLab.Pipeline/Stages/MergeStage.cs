using System.Text.Json.Nodes;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Experiments.Parameters;
using MergeLab.Merging.LowRank;
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
        var shared = new Dictionary<string, ParameterSetting>
        {
            ["lora_scale"] = ParameterSetting.Of("peft", nowhere),
            ["granularity"] = ParameterSetting.Of(settings["granularity"]?.GetValue<string>() ?? "matrix", nowhere),
        };
        foreach (var name in new[] { "epsilon", "max_iterations" })
            if (settings[name]?.GetValue<double>() is { } value) shared.Add(name, ParameterSetting.Of(value, nowhere));
        return new Recipe
        {
            Place = nowhere,
            Method = method,
            Compat = parameters.Compat,
            Models = [.. models.Select((m, i) => new RecipeModel(new ModelReference(StageRoles.Base, m, nowhere), Weight(weights?[i]!.GetValue<double>() ?? 1)))],
            Parameters = new ParameterSettings(shared),
            Output = OutputForm.Adapter,
        };

        ParameterSettings Weight(double value) => new(new Dictionary<string, ParameterSetting> { ["weight"] = ParameterSetting.Of(value, nowhere) });
    }
}
