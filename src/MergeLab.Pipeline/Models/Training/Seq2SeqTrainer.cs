using System.Diagnostics;
using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Models.Common;

namespace MergeLab.Models.Training;

/// <summary>
/// Trains an encoder-decoder model: AdamW, warm-up and linear decay, clipped gradients, early stopping on validation loss. The same options
/// and batches give the same bytes on one machine, also through any number of kills: a checkpoint holds all that the next step depends on.
/// </summary>
/// <param name="loss">Mean cross-entropy of a batch, with a graph.</param>
/// <param name="parameters">The leaves to train, on the CPU; in a fixed order.</param>
/// <param name="options">Schedule and sizes.</param>
/// <param name="padId">Fills inputs.</param>
public sealed class Seq2SeqTrainer(Func<Seq2SeqBatch, Tensor> loss, IReadOnlyList<Tensor> parameters, TrainingOptions options, int padId = 0)
{
    readonly Stopwatch clock = new();
    int firstStep;

    /// <summary>Looked at every <see cref="TrainingOptions.ValidateEvery"/> steps.</summary>
    public IReadOnlyList<TokenPair> Validation { get; init; } = [];

    /// <summary>Told at every <see cref="TrainingOptions.ReportEvery"/> steps.</summary>
    public Action<TrainingProgress>? Report { get; init; }

    /// <param name="batch">The examples of a step, a function of its number alone.</param>
    /// <param name="checkpoint">File to go on from and to save to; null for none. The caller removes it when the result is safe.</param>
    /// <param name="name">What is trained on what, with the seed: part of what a checkpoint must agree with.</param>
    /// <param name="cancellation">Saves a checkpoint and throws.</param>
    /// <exception cref="ProblemException">The checkpoint is of another training, or the loss is no number any more.</exception>
    public TrainingOutcome Run(Func<int, IReadOnlyList<TokenPair>> batch, string? checkpoint, string name, CancellationToken cancellation = default)
    {
        var training = $"{name}; {options}";
        using var optimizer = optim.AdamW(parameters, options.Rate, weight_decay: options.WeightDecay);
        Tensor[] best = [.. parameters.Select(Copy)];
        try
        {
            var resumed = checkpoint is not null && File.Exists(checkpoint);
            var state = resumed ? Resume(checkpoint!, training, optimizer, best) : new TrainingState();
            if (!resumed && options.ValidateEvery > 0) state.StartLoss = state.ValidationLoss = state.BestLoss = ValidationLoss();
            firstStep = state.Step;
            clock.Restart();
            while (state.Step < options.Steps && !(options.Patience > 0 && state.Stale >= options.Patience))
            {
                Step(state, batch(state.Step), optimizer, best);
                if (checkpoint is null) cancellation.ThrowIfCancellationRequested();
                else if (cancellation.IsCancellationRequested || state.Step % options.CheckpointEvery == 0) state.Save(checkpoint, training, Everything(optimizer, best));
                cancellation.ThrowIfCancellationRequested();
            }
            if (options.Patience > 0)
                foreach (var (parameter, kept) in parameters.Zip(best)) Ops.Bytes(kept).CopyTo(Ops.Bytes(parameter));
            return new TrainingOutcome(state.Step, state.WindowSteps > 0 ? state.WindowLoss / state.WindowSteps : state.LastLoss,
                options.Patience > 0 ? state.BestStep : state.Step, options.Patience > 0 ? state.BestLoss : state.ValidationLoss, state.StartLoss, resumed);
        }
        finally
        {
            foreach (var tensor in best) tensor.Dispose();
        }
    }

    void Step(TrainingState state, IReadOnlyList<TokenPair> examples, AdamW optimizer, Tensor[] best)
    {
        var total = 0.0;
        using (NewDisposeScope())
        {
            foreach (var (pass, share) in Passes.Of(examples, options.PassSize, padId))
            {
                using var scope = NewDisposeScope();
                var value = loss(pass).mul(share);
                value.backward();
                total += value.item<float>();
            }
            if (!double.IsFinite(total)) throw new ProblemException(string.Create(CultureInfo.InvariantCulture, $"the loss of step {state.Step + 1} is {total}"), remedy: "lower the learning rate", exit: ExitCode.CheckFailed);
            GradientClipping.Apply(parameters, options.ClipNorm);
            optimizer.LearningRate = options.RateAt(state.Step);
            optimizer.step();
            optimizer.zero_grad();
        }
        state.Step++;
        state.WindowLoss += total;
        state.WindowSteps++;
        if (options.ValidateEvery > 0 && (state.Step % options.ValidateEvery == 0 || state.Step == options.Steps)) Validate(state, best);
        if (state.Step % options.ReportEvery != 0 && state.Step != options.Steps) return;
        state.LastLoss = state.WindowLoss / state.WindowSteps;
        (state.WindowLoss, state.WindowSteps) = (0, 0);
        var left = clock.Elapsed * ((double)(options.Steps - state.Step) / (state.Step - firstStep));
        Report?.Invoke(new TrainingProgress(state.Step, options.Steps, state.LastLoss, state.ValidationLoss, left));
    }

    void Validate(TrainingState state, Tensor[] best)
    {
        state.ValidationLoss = ValidationLoss();
        if (state.ValidationLoss >= state.BestLoss)
        {
            state.Stale++;
            return;
        }
        (state.BestLoss, state.BestStep, state.Stale) = (state.ValidationLoss, state.Step, 0);
        foreach (var (parameter, kept) in parameters.Zip(best)) Ops.Bytes(parameter).CopyTo(Ops.Bytes(kept));
    }

    double ValidationLoss()
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var total = 0.0;
        foreach (var (pass, share) in Passes.Of(Validation, options.PassSize, padId)) total += loss(pass).item<float>() * share;
        return total;
    }

    TrainingState Resume(string checkpoint, string training, AdamW optimizer, Tensor[] best)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        var state = TrainingState.Read(file, training);
        for (var i = 0; i < parameters.Count; i++)
        {
            Read(file, Name("parameter", i), parameters[i]);
            Read(file, Name("best", i), best[i]);
        }
        using var scope = NewDisposeScope();
        Tensor[] moments = [.. Enumerable.Range(0, state.Step == 0 ? 0 : 2 * parameters.Count).Select(i => zeros(parameters[i % parameters.Count].shape, ScalarType.Float32))];
        for (var i = 0; i < moments.Length; i++) Read(file, Name("moment", i), moments[i]);
        optimizer.load_state(state.Step, moments);
        return state;
    }

    List<(string, Tensor)> Everything(AdamW optimizer, Tensor[] best) =>
    [
        .. parameters.Select((t, i) => (Name("parameter", i), t)),
        .. best.Select((t, i) => (Name("best", i), t)),
        .. optimizer.state.Select((t, i) => (Name("moment", i), t)),
    ];

    static void Read(SafetensorsFile file, string name, Tensor target)
    {
        var stored = file.Find(name) is { } found && found.DType == DType.F32 && found.Shape.SequenceEqual(target.shape) ? found
            : throw new ProblemException("the checkpoint does not fit the model", new Place(file.Path, Tensor: name), remedy: "remove it to start afresh");
        file.Bytes(stored).CopyTo(Ops.Bytes(target));
    }

    static string Name(string kind, int index) => string.Create(CultureInfo.InvariantCulture, $"{kind}.{index:D4}");

    static Tensor Copy(Tensor tensor)
    {
        using var mode = no_grad();
        return tensor.clone().DetachFromDisposeScope();
    }
}
