using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Sparse;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>What is dropped from task vectors before their magnitudes are taken.</summary>
public interface IRowFilters
{
    /// <summary>Null for nothing.</summary>
    RowFilter<T>? Of<T>(TensorMerge tensor, TensorInput model) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Magnitudes of whole task vectors, one row for each model, as published code takes them: after a drop, integer tensors among them.</summary>
/// <param name="tensors">What the task vectors are made of, all of the same models.</param>
/// <param name="drops">What is dropped before; null for nothing.</param>
public sealed class ModelMagnitudes(IReadOnlyList<TensorMerge> tensors, IRowFilters? drops) : ScoreSequences
{
    readonly (TensorMerge Tensor, long First)[] stretches = [.. tensors.SelectMany(t => Starts(t.Output.Count).Select(first => (t, first)))];

    public override int Rows => tensors[0].Models.Count;

    public override int Stretches => stretches.Length;

    public override bool OfFloats { get; } = !tensors.Any(t => t.InDouble);

    public override void Visit(int stretch, IScoreVisitor visitor)
    {
        var (tensor, first) = stretches[stretch];
        if (tensor.InDouble) Visit<double>(tensor, first, visitor);
        else Visit<float>(tensor, first, visitor);
    }

    void Visit<T>(TensorMerge tensor, long first, IScoreVisitor visitor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var filters = tensor.Models.Select(m => drops?.Of<T>(tensor, m)).ToArray();
        ForBlocks(tensor, InputSpace.TaskVectors, first, (in Block<T> block) =>
        {
            for (var i = 0; i < filters.Length; i++)
            {
                filters[i]?.Apply(block.First, block.Row(i));
                foreach (ref var value in block.Row(i)) value = T.Abs(value);
                See(i, block.First, block.Row(i), visitor);
            }
        });
    }
}
