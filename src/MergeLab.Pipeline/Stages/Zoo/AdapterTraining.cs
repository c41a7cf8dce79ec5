using System.Diagnostics;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Data.World;
using MergeLab.Models.Common;
using MergeLab.Models.T5;
using MergeLab.Models.Training;

namespace MergeLab.Stages.Zoo;

/// <summary>Trains one LoRA adapter on one task of the world, the base frozen, and writes its folder as PEFT loads it.</summary>
public static class AdapterTraining
{
    /// <param name="zoo">Holds the base; where the adapter goes.</param>
    /// <param name="task">The task.</param>
    /// <param name="worldSeed">Of the world.</param>
    /// <param name="options">Schedule; the shipped adapter's is <see cref="ZooRecipe.AdapterOf"/>.</param>
    /// <param name="report">Told how it goes.</param>
    /// <param name="cancellation">Leaves a checkpoint to go on from.</param>
    /// <exception cref="Core.Errors.ProblemException">The folder exists, or there is no base.</exception>
    public static TrainingRecord Run(ZooLayout zoo, WorldTask task, ulong worldSeed, TrainingOptions options, Action<TrainingProgress>? report = null, CancellationToken cancellation = default)
    {
        var folder = zoo.Adapter(task.Name);
        FolderTransaction.CheckTarget(folder, overwrite: false);
        var clock = Stopwatch.StartNew();
        using var source = Checkpoint.Open(zoo.Base);
        using var model = T5Model.Load(source);
        using var lora = new LoraParameters(model.Parameters, ZooRecipe.Targets, ZooRecipe.Rank, ZooRecipe.Alpha, ZooRecipe.AdapterSeed);
        var batches = new ExampleBatches(task.Source(worldSeed, Split.Train), WorldVocabulary.Encode, options.BatchSize);
        var trainer = new Seq2SeqTrainer(batch => model.Loss(batch), lora.Tensors, options, WorldVocabulary.Pad)
        {
            Validation = [.. task.Rows(worldSeed, Split.Validation, ZooRecipe.AdapterValidationRows).Select(e => ExampleBatches.Encode(e, WorldVocabulary.Encode))],
            Report = report,
        };
        var checkpoint = zoo.Checkpoint(task.Name);
        var outcome = trainer.Run(batches.Get, checkpoint, $"{task.Name} of world {worldSeed}, seed {ZooRecipe.AdapterSeed}, r {ZooRecipe.Rank}, alpha {ZooRecipe.Alpha}", cancellation);
        var record = TrainingRecord.Of(task.Name, worldSeed, ZooRecipe.AdapterSeed, options, outcome, lora.Tensors.Sum(t => t.numel()), Norm(lora), clock.Elapsed);
        lora.Save(folder, new LoraAdapterOptions
        {
            BaseModel = ZooLayout.BaseFromAdapter,
            TargetModules = ZooRecipe.Targets,
            TaskType = "SEQ_2_SEQ_LM",
            Files = new Dictionary<string, string> { [ZooLayout.RecordName] = record.ToJson() },
        });
        if (File.Exists(checkpoint)) File.Delete(checkpoint);
        return record;
    }

    /// <summary>√Σ‖s·B·A‖² over all modules.</summary>
    static double Norm(LoraParameters lora)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var sum = 0.0;
        for (var i = 0; i < lora.Tensors.Count; i += 2)
        {
            var norm = lora.Tensors[i + 1].matmul(lora.Tensors[i]).norm().item<float>() * (ZooRecipe.Alpha / ZooRecipe.Rank);
            sum += norm * norm;
        }
        return Math.Sqrt(sum);
    }
}
