using System.Globalization;

namespace MergeLab.Models.Training;

/// <summary>How a model is trained. Everything here but the intervals of checkpoints and reports decides the resulting bytes.</summary>
public sealed record TrainingOptions
{
    public required int Steps { get; init; }

    /// <summary>Examples a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Examples a pass: a batch is sorted by length and cut, so that short ones are not padded to the longest. The gradient is that of the
    /// whole batch.
    /// </summary>
    public int PassSize { get; init; } = 32;

    /// <summary>AdamW's learning rate at the end of the warm-up.</summary>
    public required double Rate { get; init; }

    public int WarmUpSteps { get; init; }

    /// <summary>What part of <see cref="Rate"/> is left at the last step; the decay is linear.</summary>
    public double FinalShare { get; init; }

    public double WeightDecay { get; init; }

    /// <summary>Longest gradient, over all parameters (Pascanu et al. 2013).</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Steps between two looks at the validation examples; 0 for none.</summary>
    public int ValidateEvery { get; init; }

    /// <summary>Looks without a lower validation loss after which training ends; 0: never. With it, the best look's weights are the result.</summary>
    public int Patience { get; init; }

    public int CheckpointEvery { get; init; } = 250;

    public int ReportEvery { get; init; } = 50;

    /// <summary>All that decides the bytes, in words: a checkpoint is resumed only by a training that says the same.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"steps {Steps}, batch {BatchSize}/{PassSize}, rate {Rate}, warm-up {WarmUpSteps}, final {FinalShare}, decay {WeightDecay}, clip {ClipNorm}, validate {ValidateEvery}, patience {Patience}");

    /// <summary>The learning rate of a step, counted from 0: linear up, then linear down.</summary>
    public double RateAt(int step) => step < WarmUpSteps
        ? Rate * (step + 1) / WarmUpSteps
        : Rate * (1 - (1 - FinalShare) * (step - WarmUpSteps) / Math.Max(1, Steps - WarmUpSteps));
}
