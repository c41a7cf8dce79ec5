using System.Numerics;

namespace MergeLab.Merging.Engine;

/// <summary>Computes any block of a merged tensor. Used from many threads at once.</summary>
public abstract class ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public abstract void Run(in Block<T> block);
}

/// <summary>
/// A few hundred to a few thousand consecutive elements of a tensor, in cache: a row for each input, which the kernel may overwrite, and the result.
/// </summary>
public readonly ref struct Block<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Span<T> rows;
    readonly int stride;

    /// <param name="first">The first element.</param>
    /// <param name="output">Room for the result.</param>
    /// <param name="rows">Rows without gaps.</param>
    public Block(long first, Span<T> output, Span<T> rows) : this(first, output, rows, output.Length)
    {
    }

    /// <param name="stride">Elements from the beginning of one row to that of the next.</param>
    public Block(long first, Span<T> output, Span<T> rows, int stride)
    {
        First = first;
        Output = output;
        this.rows = rows;
        this.stride = stride;
    }

    /// <summary>The first element, counted over the flattened tensor.</summary>
    public long First { get; }

    public int Length => Output.Length;

    /// <summary>The result, in whatever state; every element must be written.</summary>
    public Span<T> Output { get; }

    /// <summary>Elements from the beginning of one row to that of the next.</summary>
    public int Stride => stride;

    /// <summary>Number of rows.</summary>
    public int Count => stride == 0 ? 0 : rows.Length / stride;

    /// <summary>Input i: weights or task vector, as the rule's <see cref="InputSpace"/> says.</summary>
    public Span<T> Row(int i) => rows.Slice(i * stride, Output.Length);
}
