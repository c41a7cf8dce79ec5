using System.Diagnostics;
using MergeLab.Checkpoints;
using MergeLab.Data.World;
using MergeLab.Models.T5;
using MergeLab.Models.Training;

namespace MergeLab.Stages.Zoo;

/// <summary>Trains <c>t5-micro</c> on the world's mixture and writes its folder.</summary>
public static class BaseTraining
{
    /// <param name="zoo">Where the model goes.</param>
    /// <param name="worldSeed">Of the world.</param>
    /// <param name="options">Schedule; the shipped model's is <see cref="ZooRecipe.Base"/>.</param>
    /// <param name="report">Told how it goes.</param>
    /// <param name="cancellation">Leaves a checkpoint to go on from.</param>
    /// <exception cref="Core.Errors.ProblemException">The folder exists.</exception>
    public static TrainingRecord Run(ZooLayout zoo, ulong worldSeed, TrainingOptions options, Action<TrainingProgress>? report = null, CancellationToken cancellation = default)
    {
        FolderTransaction.CheckTarget(zoo.Base, overwrite: false);
        var clock = Stopwatch.StartNew();
        using var model = T5Model.Create(ZooRecipe.Model, ZooRecipe.BaseSeed);
        var batches = new ExampleBatches(new Mixture(worldSeed), WorldVocabulary.Encode, options.BatchSize);
        var trainer = new Seq2SeqTrainer(batch => model.Loss(batch), [.. model.Parameters.Tensors], options, WorldVocabulary.Pad)
        {
            Validation = [.. TaskTable.All.SelectMany(t => t.Rows(worldSeed, Split.Validation, ZooRecipe.BaseValidationRows)).Select(e => ExampleBatches.Encode(e, WorldVocabulary.Encode))],
            Report = report,
        };
        var checkpoint = zoo.Checkpoint(ZooLayout.BaseName);
        var outcome = trainer.Run(batches.Get, checkpoint, $"{ZooLayout.BaseName} of world {worldSeed}, seed {ZooRecipe.BaseSeed}", cancellation);
        var record = TrainingRecord.Of(ZooLayout.BaseName, worldSeed, ZooRecipe.BaseSeed, options, outcome,
            model.Parameters.Tensors.Sum(t => t.numel()), Math.Sqrt(model.Parameters.Tensors.Sum(Squares)), clock.Elapsed);
        Write(zoo.Base, model, record);
        if (File.Exists(checkpoint)) File.Delete(checkpoint);
        return record;
    }

    static void Write(string folder, T5Model model, TrainingRecord record)
    {
        using var writer = CheckpointWriter.Create(folder, [.. model.Parameters.Names.Select(n => new TensorSpec(n, DType.F32, model.Parameters[n].shape))]);
        foreach (var name in model.Parameters.Names) writer.Write(name, 0, Ops.Bytes(model.Parameters[name]));
        writer.AddFile(Checkpoint.ConfigFile, model.Config.ToJson());
        writer.AddFile("generation_config.json", GenerationConfig(model.Config));
        writer.AddFile("tokenizer.json", System.Text.Encoding.UTF8.GetString(TokenizerFile.Tokenizer()));
        writer.AddFile("tokenizer_config.json", System.Text.Encoding.UTF8.GetString(TokenizerFile.Configuration()));
        writer.AddFile(ZooLayout.RecordName, record.ToJson());
        writer.Commit();
    }

    static string GenerationConfig(T5Config config) => FormattableString.Invariant(
        $$"""
        {
          "decoder_start_token_id": {{config.StartId}},
          "eos_token_id": {{config.EosId}},
          "max_new_tokens": {{WorldTask.TargetTokens}},
          "pad_token_id": {{config.PadId}}
        }

        """).ReplaceLineEndings("\n");

    static double Squares(Tensor tensor)
    {
        using var values = tensor.detach();
        var sum = 0.0;
        foreach (var value in values.data<float>().AsSpan()) sum += (double)value * value;
        return sum;
    }
}
