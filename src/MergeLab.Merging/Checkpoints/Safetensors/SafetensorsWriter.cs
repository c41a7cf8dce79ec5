using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using MergeLab.Core.Errors;
using Microsoft.Win32.SafeHandles;

namespace MergeLab.Checkpoints;

/// <summary>
/// Writes a safetensors file of known tensors in any order and from any thread. The file takes its final size at once, under a temporary
/// name beside the target; <see cref="Commit"/> flushes it to disk and renames it, <see cref="Dispose"/> without that removes it.
/// Layout and header are those of the reference library: larger element types first, then by name; header padded to 8 bytes.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    static readonly Dictionary<string, string> PyTorchFormat = new() { ["format"] = "pt" };
    static readonly JsonWriterOptions HeaderForm = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly string target;
    readonly string temporary;
    readonly SafeFileHandle handle;
    readonly Dictionary<string, Slot> slots = new(StringComparer.Ordinal);
    bool committed;

    SafetensorsWriter(string target, IReadOnlyList<TensorSpec> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        this.target = target;
        var ordered = Order(tensors);
        var header = Header(ordered, metadata);
        var offset = (long)header.Length;
        foreach (var tensor in ordered)
        {
            if (!slots.TryAdd(tensor.Name, new Slot(tensor, offset))) throw new ArgumentException($"tensor {tensor.Name} is given twice", nameof(tensors));
            offset += tensor.Bytes;
        }
        if (Directory.Exists(target)) throw new ProblemException("a folder of that name is in the way", new Place(target), remedy: "give the name of a file");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        temporary = TemporaryName.Beside(target);
        handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.None, preallocationSize: offset);
        RandomAccess.Write(handle, header, 0);
        if (offset > header.Length) RandomAccess.SetLength(handle, offset);
    }

    /// <param name="path">Where the file will be after <see cref="Commit"/>; replaced if it exists. Missing folders are made.</param>
    /// <param name="tensors">All tensors, in any order; the layout does not depend on it.</param>
    /// <param name="metadata">The header's <c>__metadata__</c>, written in the order of its keys; {"format": "pt"} by default, which transformers asks for.</param>
    /// <exception cref="ProblemException">A folder of that name exists.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static SafetensorsWriter Create(string path, IReadOnlyList<TensorSpec> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        new(Path.GetFullPath(path), tensors, metadata ?? PyTorchFormat);

    /// <summary>The order of tensors in a file, by which shards are filled too.</summary>
    public static IReadOnlyList<TensorSpec> Order(IEnumerable<TensorSpec> tensors) =>
        [.. tensors.OrderByDescending(t => t.DType).ThenBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>Writes raw little-endian bytes at a byte offset within a tensor. Windows may come in any order and from any thread, each byte once.</summary>
    public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes)
    {
        var slot = slots[tensor];
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, slot.Spec.Bytes, nameof(bytes));
        RandomAccess.Write(handle, bytes, slot.Offset + offset);
        Interlocked.Add(ref slot.Written, bytes.Length);
    }

    /// <summary>Makes the file appear under its name, whole and on disk.</summary>
    /// <exception cref="InvalidOperationException">A tensor was not written completely.</exception>
    public void Commit()
    {
        foreach (var slot in slots.Values)
        {
            if (slot.Written != slot.Spec.Bytes)
                throw new InvalidOperationException($"{slot.Written} of {slot.Spec.Bytes} bytes of tensor {slot.Spec.Name} were written");
        }
        RandomAccess.FlushToDisk(handle);
        handle.Dispose();
        File.Move(temporary, target, overwrite: true);
        committed = true;
    }

    public void Dispose()
    {
        handle.Dispose();
        if (!committed) File.Delete(temporary);
    }

    static byte[] Header(IReadOnlyList<TensorSpec> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, HeaderForm))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal)) writer.WriteString(key, value);
                writer.WriteEndObject();
            }
            var begin = 0L;
            foreach (var tensor in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", tensor.DType.Name());
                writer.WriteStartArray("shape");
                foreach (var d in tensor.Shape) writer.WriteNumberValue(d);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(begin);
                writer.WriteNumberValue(begin += tensor.Bytes);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        var padded = (json.WrittenCount + 7) / 8 * 8;
        var header = new byte[8 + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        json.WrittenSpan.CopyTo(header.AsSpan(8));
        header.AsSpan(8 + json.WrittenCount).Fill((byte)' ');
        return header;
    }

    sealed class Slot(TensorSpec spec, long offset)
    {
        public long Written;

        public TensorSpec Spec => spec;
        public long Offset => offset;
    }
}
