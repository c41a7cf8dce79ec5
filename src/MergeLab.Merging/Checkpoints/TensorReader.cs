namespace MergeLab.Checkpoints;

/// <summary>
/// One tensor of a <see cref="WeightSource"/> as numbers, any stretch of it at a time. Thread-safe. Values are what the stored tensor holds;
/// where they are computed (a base with an adapter), they are rounded to <see cref="TensorSpec.DType"/> first, so that they equal
/// what a file of the computed tensor would hold.
/// </summary>
public abstract unsafe class TensorReader
{
    /// <summary>Name, type and shape.</summary>
    public abstract TensorSpec Tensor { get; }

    /// <summary>First raw byte where the tensor lies in mapped memory as it is; null where its values are computed.</summary>
    public virtual byte* Stored => null;

    /// <summary>Widens elements [first, first + to.Length), counted over the flattened tensor.</summary>
    public abstract void Read(long first, Span<float> to);

    /// <summary>As the other, without loss where the tensor is stored in float64; a tensor computed in float passes through it.</summary>
    public virtual void Read(long first, Span<double> to)
    {
        Span<float> block = stackalloc float[512];
        for (var done = 0; done < to.Length; done += block.Length)
        {
            var part = block[..Math.Min(block.Length, to.Length - done)];
            Read(first + done, part);
            for (var i = 0; i < part.Length; i++) to[done + i] = part[i];
        }
    }
}

/// <summary>Named tensors of one model: a checkpoint, or a checkpoint with adapters applied on the fly.</summary>
public abstract class WeightSource : IDisposable
{
    /// <summary>For messages: the path, and adapters after a plus sign.</summary>
    public abstract string Name { get; }

    /// <summary>All tensors, by name in ordinal order.</summary>
    public abstract IReadOnlyList<TensorSpec> Tensors { get; }

    /// <summary>The model's <c>config.json</c>; null where there is none.</summary>
    public abstract ModelConfig? Config { get; }

    /// <summary>The tensor of that name, or null.</summary>
    public abstract TensorSpec? Find(string name);

    /// <summary>Opens one tensor, loading what computing it takes. Valid as long as this source is open.</summary>
    /// <exception cref="MergeLab.Core.Errors.ProblemException">No such tensor.</exception>
    public abstract TensorReader Reader(string name);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
