namespace MergeLab.Merging.Engine;

/// <summary>A merge of weights under way: its tensors.</summary>
public sealed class MergeRun : MergeContext
{
    /// <summary>Every output tensor, in the order they are written.</summary>
    public required IReadOnlyList<TensorMerge> Tensors { get; init; }

    /// <summary>The models' names as the recipe writes them; random draws are keyed by them.</summary>
    public required IReadOnlyList<string> Models { get; init; }
}
