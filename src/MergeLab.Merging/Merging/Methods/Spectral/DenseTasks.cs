using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Task vectors of a stored weight matrix: weights minus base, or the weights themselves where there is no base.</summary>
sealed class DenseTasks : TaskMatrices
{
    readonly IReadOnlyList<TensorMerge> stacked;
    readonly MatrixBlock? block;
    readonly InputSpace space;
    readonly bool rounded;

    /// <param name="stacked">The tensors whose rows stand below each other; one in general.</param>
    /// <param name="block">What of them is taken; null for all.</param>
    /// <param name="space">Task vectors or weights.</param>
    /// <param name="rounded">Task vectors are rounded to the type of computation, as 16-bit references do.</param>
    public DenseTasks(IReadOnlyList<TensorMerge> stacked, MatrixBlock? block, InputSpace space, bool rounded)
    {
        (this.stacked, this.block, this.space, this.rounded) = (stacked, block, space, rounded);
        Count = TensorBlocks.Rows(stacked[0], space).Count;
        Rows = block?.Rows ?? stacked.Sum(s => s.Output.Shape[0]);
        Columns = block?.Columns ?? stacked[0].Output.Count / stacked[0].Output.Shape[0];
    }

    public override int Count { get; }

    public override long Rows { get; }

    public override long Columns { get; }

    public override long SmallerSide => Math.Min(Rows, Columns);

    public override Tensor Load(int task)
    {
        var matrix = stacked.Count == 1 ? Read(stacked[0], task) : cat(stacked.Select(s => Read(s, task)), 0);
        return block is { } part ? part.Of(matrix).clone() : matrix;
    }

    Tensor Read(TensorMerge tensor, int task)
    {
        var input = TensorBlocks.Rows(tensor, space)[task];
        var rows = tensor.Output.Shape[0];
        var matrix = zeros([rows, tensor.Output.Count / rows], ScalarType.Float64);
        var values = matrix.data<double>().AsSpan();
        if (space == InputSpace.Weights) input.Reader.Read(0, values);
        else if (input.Delta is { } delta) delta.Read(0, values);
        else if (!input.Unchanged)
        {
            input.Reader.Read(0, values);
            var basis = zeros_like(matrix);
            tensor.Base!.Reader.Read(0, basis.data<double>().AsSpan());
            matrix.sub_(basis);
        }
        if (rounded) Rounding.ToType(tensor.Compute, values);
        return matrix;
    }
}

/// <summary>A block of a matrix.</summary>
readonly record struct MatrixBlock(long FirstRow, long Rows, long FirstColumn, long Columns)
{
    public Tensor Of(Tensor matrix) => matrix.narrow(0, FirstRow, Rows).narrow(1, FirstColumn, Columns);
}
