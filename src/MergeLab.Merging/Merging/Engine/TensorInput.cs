using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Merging.Engine;

/// <summary>The factors of a task vector: scale·B·A, laid against the weight as <paramref name="Layout"/> says.</summary>
/// <param name="Module">A and B as the adapter stores them.</param>
/// <param name="Layout">How the stored weight lies against B·A.</param>
/// <param name="Scale">What multiplies the product: PEFT's alpha/r, or 1.</param>
public sealed record LowRankDelta(LoraModule Module, WeightLayout Layout, double Scale);

/// <summary>One model's tensor as it enters the merge of one output tensor.</summary>
public sealed class TensorInput
{
    /// <summary>Place of the model in <see cref="MergeRun.Models"/>; part of the key of random draws.</summary>
    public required int Model { get; init; }

    /// <summary>The model's weights, rows already in the order of the output's vocabulary, of the output's shape.</summary>
    public required TensorReader Reader { get; init; }

    /// <summary>What the recipe sets for this model and tensor, defaults filled in.</summary>
    public required MethodSettings Settings { get; init; }

    /// <summary>Whether this is the base of the task vectors.</summary>
    public bool IsBase { get; init; }

    /// <summary>The task vector, where it is known without subtracting (an adapter); null: weights minus base.</summary>
    public TensorReader? Delta { get; init; }

    /// <summary>The task vector's factors, where <see cref="Delta"/> is one low-rank product.</summary>
    public LowRankDelta? LowRank { get; init; }

    /// <summary>The task vector is exactly zero: an adapter that leaves this tensor alone.</summary>
    public bool Unchanged { get; init; }

    /// <summary>The tensor's name in its own model.</summary>
    public string Name => Reader.Tensor.Name;
}
