using MergeLab.Core.Errors;
using MergeLab.Data.World;
using MergeLab.Models.T5;
using MergeLab.Models.Training;

namespace MergeLab.Pipeline.Tests.Models.Training;

public class Seq2SeqTrainerTests
{
    static readonly T5Config Tiny = new()
    {
        VocabularySize = WorldVocabulary.Count,
        Width = 16,
        Heads = 2,
        HeadWidth = 8,
        FeedForwardWidth = 16,
        EncoderLayers = 1,
        DecoderLayers = 1,
        ActivationName = "gelu_new",
        Gated = true,
        PadId = WorldVocabulary.Pad,
        StartId = WorldVocabulary.Pad,
        EosId = WorldVocabulary.End,
    };

    static readonly TrainingOptions Options = new() { Steps = 12, BatchSize = 8, PassSize = 4, Rate = 1e-2, WarmUpSteps = 3, WeightDecay = 0.01, CheckpointEvery = 4, ReportEvery = 1, ValidateEvery = 3 };

    static readonly ExampleBatches Batches = new(new Mixture(1), WorldVocabulary.Encode, Options.BatchSize);

    static TokenPair[] Validation(int rows) => [.. TaskTable.Get("describe").Rows(1, Split.Validation, rows).Select(e => ExampleBatches.Encode(e, WorldVocabulary.Encode))];

    /// <summary>Trains a new tiny model, or goes on from the checkpoint, and gives the bytes of all its weights.</summary>
    static (byte[] Weights, TrainingOutcome Outcome) Train(TrainingOptions options, string? checkpoint = null, Action<TrainingProgress>? report = null, string name = "tiny", CancellationToken cancellation = default)
    {
        using var model = T5Model.Create(Tiny, 5);
        var trainer = new Seq2SeqTrainer(b => model.Loss(b), [.. model.Parameters.Tensors], options) { Validation = Validation(6), Report = report };
        var outcome = trainer.Run(Batches.Get, checkpoint, name, cancellation);
        return ([.. model.Parameters.Tensors.SelectMany(t => Ops.Bytes(t).ToArray())], outcome);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes() => Assert.Equal(Train(Options).Weights, Train(Options).Weights);

    [Fact]
    public void A_killed_training_goes_on_from_its_last_checkpoint_to_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        var checkpoint = scratch.File("checkpoint.safetensors");
        // Killed two steps after the checkpoint: those are done again.
        Assert.Throws<TimeoutException>(() => Train(Options, checkpoint, p => { if (p.Step == 6) throw new TimeoutException(); }));
        var (weights, outcome) = Train(Options, checkpoint);
        var (expected, whole) = Train(Options);
        Assert.True(outcome.Resumed);
        Assert.Equal(whole with { Resumed = true }, outcome);
        Assert.Equal(expected, weights);
    }

    [Fact]
    public void An_interrupted_training_saves_where_it_stands()
    {
        using var scratch = new ScratchFolder();
        var checkpoint = scratch.File("checkpoint.safetensors");
        var steps = new List<int>();
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(() => Train(Options, checkpoint, p => { if (p.Step == 7) stop.Cancel(); }, cancellation: stop.Token));
        var (weights, _) = Train(Options, checkpoint, p => steps.Add(p.Step));
        Assert.Equal(8, steps[0]);
        Assert.Equal(Train(Options).Weights, weights);
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused()
    {
        using var scratch = new ScratchFolder();
        var checkpoint = scratch.File("checkpoint.safetensors");
        Train(Options with { Steps = 4 }, checkpoint);
        var error = Assert.Throws<ProblemException>(() => Train(Options with { Steps = 4, Rate = 2e-2 }, checkpoint));
        Assert.Equal(checkpoint, error.Problem.Where!.File);
        Assert.Throws<ProblemException>(() => Train(Options with { Steps = 4 }, checkpoint, name: "another"));
    }

    [Fact]
    public void Early_stopping_ends_the_training_and_gives_the_best_weights()
    {
        // So high a rate that it never gets better than it was at the start.
        var (weights, outcome) = Train(Options with { Steps = 200, Rate = 5, WarmUpSteps = 0, ValidateEvery = 2, Patience = 2 });
        Assert.InRange(outcome.Steps, 4, 199);
        Assert.True(outcome.BestStep < outcome.Steps);
        using var model = T5Model.Create(Tiny, 5);
        if (outcome.BestStep == 0) Assert.Equal([.. model.Parameters.Tensors.SelectMany(t => Ops.Bytes(t).ToArray())], weights);
        Assert.True(outcome.ValidationLoss <= outcome.StartLoss);
    }

    [Fact]
    public void A_batch_cut_into_passes_has_the_gradient_of_the_whole()
    {
        float[] Weights(int pass)
        {
            var bytes = Train(Options with { Steps = 1, PassSize = pass, WarmUpSteps = 0, WeightDecay = 0, ValidateEvery = 0, Rate = 1e-3 }).Weights;
            return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        var (whole, cut) = (Weights(8), Weights(2));
        // Adam's first step is rate·sign(g) nearly everywhere; where g is of the size of rounding, signs may differ.
        Assert.InRange(whole.Zip(cut).Count(p => Math.Abs(p.First - p.Second) > 1e-5), 0, whole.Length / 200);
        Assert.NotEqual(whole, Weights(8).Select(w => w + 1));
    }

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(8, 0.55)]
    public void The_rate_rises_and_falls_along_straight_lines(int step, double share) =>
        Assert.Equal(2 * share, new TrainingOptions { Steps = 12, Rate = 2, WarmUpSteps = 4, FinalShare = 0.1 }.RateAt(step), 12);
}
