using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Vocabularies;

/// <summary>
/// An embedding or head with its rows in the order of another vocabulary, read through a permutation: nothing is copied, means are taken as
/// they are read, each rounded to the tensor's type.
/// </summary>
sealed unsafe class AlignedRows : TensorReader
{
    readonly IReadOnlyList<TensorReader> inputs;
    readonly int own;
    readonly int[] donors;
    readonly int[] rows;
    readonly IReadOnlyList<int[]> oldIds;
    readonly long width;
    readonly Lazy<double[]> filler;

    /// <param name="inputs">The embeddings that rows come from.</param>
    /// <param name="own">Whose embedding this is.</param>
    /// <param name="donors">For each row an input, or one of the constants of <see cref="AlignedSources"/>.</param>
    /// <param name="rows">For each row its number in the donor.</param>
    /// <param name="oldIds">For each input whose rows make up means its own id of each token, or −1.</param>
    public AlignedRows(IReadOnlyList<TensorReader> inputs, int own, int[] donors, int[] rows, IReadOnlyList<int[]> oldIds)
    {
        (this.inputs, this.own, this.donors, this.rows, this.oldIds) = (inputs, own, donors, rows, oldIds);
        var tensor = inputs[own].Tensor;
        width = tensor.Shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        Tensor = new TensorSpec(tensor.Name, Type(), [donors.Length, .. tensor.Shape.Skip(1)]);
        filler = new Lazy<double[]>(MeanOfAllRows);
    }

    public override TensorSpec Tensor { get; }

    /// <summary>The stored tensor where no row moves: the same one, or its beginning.</summary>
    public static TensorReader? Unmoved(TensorReader input, int own, int[] donors, int[] rows)
    {
        for (var id = 0; id < rows.Length; id++)
            if (donors[id] != own || rows[id] != id) return null;
        return input.Tensor.Shape[0] == rows.Length ? input : new FirstRows(input, rows.Length);
    }

    public override void Read(long first, Span<float> to) => Gather(first, to);

    public override void Read(long first, Span<double> to) => Gather(first, to);

    void Gather<T>(long first, Span<T> to) where T : unmanaged, INumberBase<T>
    {
        while (to.Length > 0)
        {
            var row = (int)(first / width);
            var offset = first % width;
            var together = Run(row, (to.Length + offset + width - 1) / width);
            var part = to[..(int)Math.Min(to.Length, together * width - offset)];
            switch (donors[row])
            {
                case AlignedSources.Zeros:
                    part.Clear();
                    break;
                case AlignedSources.Filler:
                    for (var i = 0; i < part.Length; i++) part[i] = T.CreateTruncating(filler.Value[offset + i]);
                    break;
                case AlignedSources.Mean:
                    Mean(row, offset, part);
                    break;
                case var donor:
                    Read(inputs[donor], rows[row] * width + offset, part);
                    break;
            }
            first += part.Length;
            to = to[part.Length..];
        }
    }

    /// <summary>Rows from <paramref name="row"/> on that lie one after the other in one input, too.</summary>
    long Run(int row, long most)
    {
        var count = 1;
        if (donors[row] < 0) return count;
        while (count < most && donors[row + count] == donors[row] && rows[row + count] == rows[row] + count) count++;
        return count;
    }

    void Mean<T>(int row, long offset, Span<T> to) where T : unmanaged, INumberBase<T>
    {
        var sum = ArrayPool<double>.Shared.Rent(to.Length);
        var values = ArrayPool<double>.Shared.Rent(to.Length);
        Array.Clear(sum, 0, to.Length);
        var count = 0;
        for (var i = 0; i < oldIds.Count; i++)
        {
            if (oldIds[i][row] is not (>= 0 and var id)) continue;
            inputs[i].Read(id * width + offset, values.AsSpan(0, to.Length));
            for (var e = 0; e < to.Length; e++) sum[e] += values[e];
            count++;
        }
        for (var e = 0; e < to.Length; e++) sum[e] /= count;
        Round(sum.AsSpan(0, to.Length));
        for (var e = 0; e < to.Length; e++) to[e] = T.CreateTruncating(sum[e]);
        ArrayPool<double>.Shared.Return(values);
        ArrayPool<double>.Shared.Return(sum);
    }

    double[] MeanOfAllRows()
    {
        var sum = new double[width];
        var values = new double[width];
        var count = 0;
        for (var row = 0; row < donors.Length; row++)
        {
            if (donors[row] == AlignedSources.Filler) continue;
            Gather(row * width, values.AsSpan());
            for (var e = 0; e < values.Length; e++) sum[e] += values[e];
            count++;
        }
        for (var e = 0; e < sum.Length; e++) sum[e] /= Math.Max(1, count);
        Round(sum);
        return sum;
    }

    void Round(Span<double> values)
    {
        if (Tensor.DType == DType.F64) return;
        var bytes = new byte[values.Length * Tensor.DType.Size()];
        Elements.FromDouble(Tensor.DType, values, bytes);
        Elements.ToDouble(Tensor.DType, bytes, values);
    }

    static void Read<T>(TensorReader reader, long first, Span<T> to) where T : unmanaged
    {
        if (typeof(T) == typeof(double)) reader.Read(first, MemoryMarshal.Cast<T, double>(to));
        else reader.Read(first, MemoryMarshal.Cast<T, float>(to));
    }

    /// <summary>The input's own type, or what holds the rows of the others as well.</summary>
    DType Type()
    {
        var types = donors.Where(d => d >= 0).Distinct().Select(d => inputs[d].Tensor.DType).Append(inputs[own].Tensor.DType);
        if (donors.Contains(AlignedSources.Mean)) types = types.Concat(inputs.Take(oldIds.Count).Select(i => i.Tensor.DType));
        return types.Distinct().ToList() is { Count: > 1 } several ? several.Contains(DType.F64) ? DType.F64 : DType.F32 : inputs[own].Tensor.DType;
    }

    sealed class FirstRows(TensorReader input, int rows) : TensorReader
    {
        public override TensorSpec Tensor { get; } = new(input.Tensor.Name, input.Tensor.DType, [rows, .. input.Tensor.Shape.Skip(1)]);

        public override byte* Stored => input.Stored;

        public override void Read(long first, Span<float> to) => input.Read(first, to);

        public override void Read(long first, Span<double> to) => input.Read(first, to);
    }
}
