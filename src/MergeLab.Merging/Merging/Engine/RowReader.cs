using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Engine;

/// <summary>
/// Reads the rows of a tensor block by block: weights as they are, or task vectors. What lies in mapped memory is widened, subtracted and
/// checked in one loop, from the file to the cache. Thread-safe; valid while the inputs are open.
/// </summary>
sealed unsafe class RowReader<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Of the first-level cache, which all rows of a block share with the base and the result.
    const int CacheBytes = 40 << 10;
    const int LeastElements = 256;

    readonly TensorMerge tensor;
    readonly Source[] rows;
    readonly Source? basis;

    public RowReader(TensorMerge tensor, InputSpace space)
    {
        this.tensor = tensor;
        Space = space;
        var inTaskVectors = space == InputSpace.TaskVectors;
        rows = [.. TensorBlocks.Rows(tensor, space).Select(input => Of(input, inTaskVectors))];
        if (inTaskVectors) basis = new Source(tensor.Base!.Reader, subtract: false);
        // An odd number of lines: rows a power of two apart would compete for the same sets of the cache.
        var lines = Math.Clamp(CacheBytes / sizeof(T) / (rows.Length + 2), LeastElements, TensorBlocks.BlockElements) / RowKernels.Lanes;
        BlockElements = (lines - 1 | 1) * RowKernels.Lanes;
    }

    public InputSpace Space { get; }

    /// <summary>Number of rows.</summary>
    public int Count => rows.Length;

    /// <summary>Elements of a block whose rows fit the first-level cache.</summary>
    public int BlockElements { get; }

    /// <summary>Takes room for a result, the base and all rows of a block: one behind the other.</summary>
    public T* TakeScratch() => BlockScratch.Take<T>((Count + 2) * BlockElements);

    /// <summary>Fills the rows of one block, one behind the other, and the base's elements in the space of task vectors.</summary>
    /// <exception cref="Core.Errors.ProblemException">An input holds NaN or infinity.</exception>
    public void Read(long first, int length, T* baseRow, T* firstRow)
    {
        var finite = basis is null || basis.Read(first, length, null, baseRow);
        for (var i = 0; i < rows.Length; i++) finite &= rows[i].Read(first, length, baseRow, firstRow + (long)i * length);
        if (!finite) NonFinite.Refuse(tensor, first, length);
    }

    /// <summary>Fills one row alone.</summary>
    public void ReadRow(int row, long first, int length, T* baseRow, T* to)
    {
        var finite = basis is null || !rows[row].Subtracts || basis.Read(first, length, null, baseRow);
        if (!(finite & rows[row].Read(first, length, baseRow, to))) NonFinite.Refuse(tensor, first, length);
    }

    /// <summary>Where all inputs lie in mapped memory in one type, the block at an element, ready for <see cref="IFusedKernel"/>; otherwise false.</summary>
    /// <param name="type">Type of the result.</param>
    /// <param name="pointers">Room for <see cref="Count"/> addresses.</param>
    public bool TryStored(DType type, long first, int length, byte** pointers, byte* output, out StoredBlock block)
    {
        var at = first * type.Size();
        for (var i = 0; i < rows.Length; i++)
        {
            pointers[i] = rows[i].Stored + at;
            if (!rows[i].IsStored(type) || rows[i].Subtracts == basis is null) goto No;
        }
        if (basis is not null && !basis.IsStored(type)) goto No;
        block = new StoredBlock(type, first, length, Count, pointers, basis is null ? null : basis.Stored + at, output);
        return type != DType.F64;
    No:
        block = default;
        return false;
    }

    static Source Of(TensorInput input, bool inTaskVectors) => (inTaskVectors, input) switch
    {
        (true, { Unchanged: true }) => new Source(null, subtract: false),
        (true, { Delta: { } delta }) => new Source(delta, subtract: false),
        _ => new Source(input.Reader, inTaskVectors),
    };

    sealed class Source(TensorReader? reader, bool subtract)
    {
        readonly byte* stored = typeof(T) == typeof(float) && reader is not null ? reader.Stored : null;
        readonly DType type = reader?.Tensor.DType ?? DType.F32;

        public bool Subtracts => subtract;

        public byte* Stored => stored;

        public bool IsStored(DType wanted) => stored != null && type == wanted;

        public bool Read(long first, int length, T* basis, T* to)
        {
            if (!subtract) basis = null;
            if (reader is null)
            {
                new Span<T>(to, length).Clear();
                return true;
            }
            if (stored != null)
            {
                switch (type)
                {
                    case DType.BF16: return RowKernels.Widen<BFloat16Floats>(stored + first * 2, (float*)basis, (float*)to, length);
                    case DType.F16: return RowKernels.Widen<HalfFloats>(stored + first * 2, (float*)basis, (float*)to, length);
                    case DType.F32: return RowKernels.Widen<SingleFloats>(stored + first * 4, (float*)basis, (float*)to, length);
                }
            }
            TensorBlocks.Read(reader, first, new Span<T>(to, length));
            return RowKernels.Subtract(to, basis, length);
        }
    }
}
