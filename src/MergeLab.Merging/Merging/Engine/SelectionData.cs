using System.Numerics;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>What a selection runs over: tensors one behind the other, each row the concatenation of their rows, in chunks.</summary>
sealed unsafe class SelectionData<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Most elements of a chunk.</summary>
    public const int ChunkElements = 1 << 16;

    readonly TensorMerge[] tensors;
    readonly RowReader<T>[] readers;
    readonly RowReader<float>?[] narrow;
    readonly long[] starts;

    public SelectionData(IReadOnlyList<TensorMerge> all, InputSpace space)
    {
        tensors = [.. all];
        readers = [.. tensors.Select(t => new RowReader<T>(t, space))];
        // Task vectors of a float tensor are rounded to float, also in a model that has float64 tensors beside it.
        narrow = [.. tensors.Select(t => typeof(T) == typeof(double) && !t.InDouble ? new RowReader<float>(t, space) : null)];
        starts = new long[tensors.Length];
        var chunks = new List<Chunk>();
        for (var i = 0; i < tensors.Length; i++)
        {
            starts[i] = Count;
            var count = tensors[i].Output.Count;
            for (var first = 0L; first < count; first += ChunkElements) chunks.Add(new Chunk(i, first, (int)Math.Min(ChunkElements, count - first)));
            Count += count;
        }
        Chunks = chunks;
    }

    /// <summary>Elements of a row.</summary>
    public long Count { get; }

    public int Rows => readers[0].Count;

    public IReadOnlyList<Chunk> Chunks { get; }

    /// <summary>A stretch of one tensor.</summary>
    public readonly record struct Chunk(int Tensor, long First, int Length);

    /// <summary>Hands every block of a stretch to the caller; rows lie in memory of the thread.</summary>
    /// <param name="chunk">The stretch.</param>
    /// <param name="only">A single row to read; null for all.</param>
    /// <param name="visit">Called for block after block.</param>
    public void ForBlocks(Chunk chunk, int? only, BlockVisitor visit)
    {
        var reader = readers[chunk.Tensor];
        var length = reader.BlockElements;
        // Twice: rows of a tensor in float, and as they are widened.
        var scratch = BlockScratch.Take<T>(2 * (reader.Count + 1) * length);
        var rows = scratch + length;
        for (var at = chunk.First; at < chunk.First + chunk.Length; at += length)
        {
            var count = (int)Math.Min(length, chunk.First + chunk.Length - at);
            if (narrow[chunk.Tensor] is { } floats) ReadFloats(floats, only, at, count, rows, (float*)(rows + reader.Count * length));
            else if (only is { } row) reader.ReadRow(row, at, count, scratch, rows + row * count);
            else reader.Read(at, count, scratch, rows);
            visit(at, count, rows);
        }
    }

    /// <summary>The beginning of a stretch in mapped memory, whole vectors of it; of length 0 where it does not lie so.</summary>
    /// <param name="chunk">The stretch.</param>
    /// <param name="pointers">Room for <see cref="Rows"/> addresses.</param>
    public StoredBlock Stored(Chunk chunk, byte** pointers)
    {
        var length = chunk.Length / RowKernels.Lanes * RowKernels.Lanes;
        if (typeof(T) != typeof(float) || !readers[chunk.Tensor].TryStored(tensors[chunk.Tensor].Inputs[0].Reader.Tensor.DType, chunk.First, length, pointers, null, out var block)) return default;
        return block;
    }

    /// <exception cref="Core.Errors.ProblemException">The stretch holds NaN or infinity.</exception>
    public void Refuse(Chunk chunk) => NonFinite.Refuse(tensors[chunk.Tensor], chunk.First, chunk.Length);

    /// <summary>The stretch of a row's elements that begins at a position of the concatenation, cut at the end of its tensor.</summary>
    public Chunk At(long position, int length)
    {
        var tensor = Array.BinarySearch(starts, position);
        if (tensor < 0) tensor = ~tensor - 1;
        while (tensors[tensor].Output.Count == 0) tensor++;
        var first = position - starts[tensor];
        return new Chunk(tensor, first, (int)Math.Min(length, tensors[tensor].Output.Count - first));
    }

    /// <summary>Takes a block: rows of <paramref name="count"/> elements, one behind the other.</summary>
    public delegate void BlockVisitor(long first, int count, T* rows);

    static void ReadFloats(RowReader<float> reader, int? only, long first, int count, T* to, float* basis)
    {
        var rows = basis + count;
        if (only is { } row) reader.ReadRow(row, first, count, basis, rows + row * count);
        else reader.Read(first, count, basis, rows);
        var (from, end) = only is { } one ? (one * count, (one + 1) * count) : (0, reader.Count * count);
        for (var e = from; e < end; e++) to[e] = T.CreateChecked(rows[e]);
    }
}
