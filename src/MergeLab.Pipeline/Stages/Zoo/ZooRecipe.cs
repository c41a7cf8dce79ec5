using MergeLab.Data.World;
using MergeLab.Models.T5;
using MergeLab.Models.Training;

namespace MergeLab.Stages.Zoo;

/// <summary>What the embedded models are and how they are trained: all that can be tuned about them, as <see cref="TaskTable"/> is for the world.</summary>
public static class ZooRecipe
{
    public const ulong BaseSeed = 11, AdapterSeed = 12;

    public const int Rank = 4;

    /// <summary>lora_alpha; an update is (alpha/r)·B·A.</summary>
    public const double Alpha = 8;

    /// <summary>Where LoRA sits, as in GeoMed: queries and values of every attention.</summary>
    public static readonly IReadOnlyList<string> Targets = ["q", "v"];

    /// <summary>Examples of each task that a validation loss is measured on.</summary>
    public const int BaseValidationRows = 12, AdapterValidationRows = TaskFile.ValidationRows;

    /// <summary>
    /// T5 v1.1's form with the head tied to the embeddings, which then also scales the decoder's states, as every version of transformers
    /// reads such a config.
    /// </summary>
    public static readonly T5Config Model = new()
    {
        VocabularySize = WorldVocabulary.Count,
        Width = 96,
        Heads = 4,
        HeadWidth = 24,
        FeedForwardWidth = 192,
        EncoderLayers = 2,
        DecoderLayers = 2,
        ActivationName = "gelu_new",
        Gated = true,
        Dropout = 0,
        PadId = WorldVocabulary.Pad,
        StartId = WorldVocabulary.Pad,
        EosId = WorldVocabulary.End,
    };

    public static readonly TrainingOptions Base = new()
    {
        Steps = 6000,
        BatchSize = 64,
        Rate = 3e-3,
        WarmUpSteps = 200,
        FinalShare = 0.02,
        ValidateEvery = 500,
    };

    /// <summary>Gentle: few steps at a low rate, ended when the validation loss does not fall any more.</summary>
    public static readonly TrainingOptions Adapter = new()
    {
        Steps = 300,
        BatchSize = 32,
        PassSize = 16,
        Rate = 2e-3,
        WarmUpSteps = 20,
        FinalShare = 0.1,
        ValidateEvery = 50,
        Patience = 3,
        CheckpointEvery = 100,
    };

    /// <summary>Tasks on which the base leaves an adapter more to learn than a guideline; driven harder still (rate 5e-3), they ruin other tasks.</summary>
    static readonly string[] Slow = ["closed-questions"];

    public static TrainingOptions AdapterOf(string task) => Slow.Contains(task) ? Adapter with { Steps = 800, Rate = 3e-3 } : Adapter;
}
