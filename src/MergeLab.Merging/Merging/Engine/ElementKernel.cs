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

    public Block(long first, Span<T> output, Span<T> rows)
    {
        First = first;
        Output = output;
        this.rows = rows;
    }

    /// <summary>The first element, counted over the flattened tensor.</summary>
    public long First { get; }

    public int Length => Output.Length;

    /// <summary>The result, in whatever state; every element must be written.</summary>
    public Span<T> Output { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Output.Length == 0 ? 0 : rows.Length / Output.Length;

    /// <summary>Input i: weights or task vector, as the rule's <see cref="InputSpace"/> says. Rows follow one another without gaps.</summary>
    public Span<T> Row(int i) => rows.Slice(i * Output.Length, Output.Length);
}
