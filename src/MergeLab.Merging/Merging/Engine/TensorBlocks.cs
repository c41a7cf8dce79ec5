using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Engine;

/// <summary>Reads the rows that a rule asked for: weights as they are, or task vectors against the base.</summary>
public static unsafe class TensorBlocks
{
    /// <summary>Most elements of a block; those of many rows are shorter, so that all fit the first-level cache.</summary>
    public const int BlockElements = 4096;

    /// <summary>The readers behind the rows of a space.</summary>
    public static IReadOnlyList<TensorInput> Rows(TensorMerge tensor, InputSpace space) => space == InputSpace.Weights ? tensor.Inputs : tensor.Models;

    /// <summary>Fills rows × length values, row after row.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="space">Weights, or task vectors.</param>
    /// <param name="first">First element.</param>
    /// <param name="rows">Room for all rows.</param>
    /// <param name="basis">Receives the base's elements in the space of task vectors; its length is the block's.</param>
    /// <exception cref="Core.Errors.ProblemException">An input holds NaN or infinity.</exception>
    public static void Read<T>(TensorMerge tensor, InputSpace space, long first, Span<T> rows, Span<T> basis) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* to = rows, at = basis) new RowReader<T>(tensor, space).Read(first, basis.Length, at, to);
    }

    public static void Read<T>(TensorReader reader, long first, Span<T> to) where T : unmanaged
    {
        if (typeof(T) == typeof(double)) reader.Read(first, MemoryMarshal.Cast<T, double>(to));
        else reader.Read(first, MemoryMarshal.Cast<T, float>(to));
    }

    public static void Add<T>(Span<T> to, ReadOnlySpan<T> what) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(to);
        var others = MemoryMarshal.Cast<T, Vector<T>>(what);
        for (var i = 0; i < vectors.Length; i++) vectors[i] += others[i];
        for (var i = vectors.Length * Vector<T>.Count; i < to.Length; i++) to[i] += what[i];
    }
}
