using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints;

/// <summary>A memory-mapped safetensors file. Thread-safe for reading.</summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    readonly MappedFile map;
    readonly Dictionary<string, TensorInfo> byName;

    SafetensorsFile(MappedFile map, SafetensorsHeader.Content header)
    {
        this.map = map;
        Tensors = header.Tensors;
        Metadata = header.Metadata;
        byName = header.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    public string Path => map.Path;

    /// <summary>In the order of their data in the file.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens and checks a file; its data are read only when asked for.</summary>
    /// <exception cref="ProblemException">The file is missing, or damaged in any way the header can tell.</exception>
    public static SafetensorsFile Open(string path)
    {
        var map = new MappedFile(path);
        try
        {
            return new SafetensorsFile(map, SafetensorsHeader.Read(path, map.Length, map.Start));
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of that name, or null.</summary>
    public TensorInfo? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>First byte of the tensor's data, valid until <see cref="Dispose"/>; not necessarily aligned to the element's size.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public byte* Address(TensorInfo tensor)
    {
        if (!byName.TryGetValue(tensor.Name, out var own) || own.Offset != tensor.Offset) throw new ArgumentException($"{Path} has no tensor {tensor.Name}", nameof(tensor));
        return map.Start + own.Offset;
    }

    /// <summary>A window of the tensor's raw bytes: a span holds 2 GB at most, a tensor may be larger.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="offset">First byte, counted from the tensor's own beginning.</param>
    /// <param name="length">Bytes.</param>
    public ReadOnlySpan<byte> Bytes(TensorInfo tensor, long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, tensor.Bytes, nameof(length));
        return new ReadOnlySpan<byte>(Address(tensor) + offset, length);
    }

    /// <summary>All raw bytes of a tensor of less than 2 GB.</summary>
    public ReadOnlySpan<byte> Bytes(TensorInfo tensor) => Bytes(tensor, 0, checked((int)tensor.Bytes));

    public void Dispose() => map.Dispose();
}
