using System.Text.Json;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Experiments.Parameters;
using MergeLab.Merging.LowRank;

namespace MergeLab.Stages;

/// <summary>
/// The task vectors of one adapter in one form: float32 factors whose product is the task vector (scale 1), and the length of each. Never a
/// dense matrix.
/// </summary>
public sealed class VectorsStage : IStageKind
{
    /// <summary>The folder of factors within a stage's output.</summary>
    public const string AdapterFolder = "adapter";

    public string Name => Experiments.Graph.StageKinds.Vectors;

    public int CodeVersion => 1;

    public bool IsNumeric(StageNode node) => false;

    public long EstimateMemory(StageNode node) => 64 << 20;

    public void Run(StageContext context)
    {
        var parameters = StageParameters.Read<VectorsParameters>(context.Node);
        var adapter = context.Node.Files.TryGetValue(StageRoles.Adapter, out var folder) ? folder : Path.Combine(context.Inputs[StageRoles.Adapter], AdapterFolder);
        using var inputs = AdapterSet.Open(context.Node.Files[StageRoles.Base], [adapter]);
        var scaled = parameters.LoraScale == "peft";
        MergeGroup[] whole = [new("model", [.. Enumerable.Range(0, inputs.Matrices.Count)], [1], null)];
        MergedAdapter.Write(Path.Combine(context.Output, AdapterFolder), inputs, whole, scaled, Options(inputs), null, context.Cancellation);
        File.WriteAllText(Path.Combine(context.Output, "norms.json"), JsonSerializer.Serialize(Norms(inputs, scaled, context.Threads)) + "\n");
    }

    /// <summary>Nothing of where the adapter came from: equal factors give equal bytes.</summary>
    static LoraAdapterOptions Options(AdapterSet inputs) => new() { BaseModel = StageRoles.Base, TaskType = inputs.Adapters[0].Config.TaskType, FanInFanOut = inputs.Adapters[0].Config.FanInFanOut };

    /// <summary>Frobenius norm of the task vector of each matrix.</summary>
    static SortedDictionary<string, double> Norms(AdapterSet inputs, bool scaled, int threads)
    {
        var norms = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var matrix in inputs.Matrices)
        {
            var gram = LowRankGram.Of(matrix.Factors([scaled ? matrix.Sample.Scale : 1]), (int)matrix.Sample.Outputs, (int)matrix.Sample.Inputs, threads);
            norms.Add(matrix.Tensor.Name, Math.Sqrt(gram[0, 0]));
        }
        return norms;
    }
}
