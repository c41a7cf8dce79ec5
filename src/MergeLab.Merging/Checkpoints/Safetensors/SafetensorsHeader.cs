using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Checkpoints;

/// <summary>
/// Reads the header of a safetensors file, trusting nothing in it: 8 bytes little-endian length n, n bytes of JSON
/// <c>{"name":{"dtype","shape","data_offsets":[begin,end]}, "__metadata__":{string:string}}</c>, then the data, which the tensors must
/// cover from the first byte to the last without gap or overlap, as the reference library demands.
/// </summary>
static class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    /// <summary>The format's own limit.</summary>
    public const int LongestHeader = 100_000_000;

    const int LengthBytes = 8;
    const int DeepestJson = 4;
    const int HighestRank = 64; // what PyTorch can hold
    const int LongestName = 4096;
    const int MostTensors = 1 << 18; // several times the largest published models, in one file; bounds the memory a header can claim

    public sealed record Content(IReadOnlyList<TensorInfo> Tensors, IReadOnlyDictionary<string, string> Metadata);

    /// <param name="file">Path, for messages and for <see cref="TensorInfo.File"/>.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <param name="start">The file's beginning: at least the header, where the file has it.</param>
    /// <exception cref="ProblemException">Anything in the header that is not as the format says; the file and the tensor are named.</exception>
    public static unsafe Content Read(string file, long fileLength, byte* start)
    {
        if (fileLength < LengthBytes)
            throw Bad(file, null, "not a safetensors file", $"it has {fileLength} bytes; the length of the header alone takes {LengthBytes}");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(start, LengthBytes));
        if (length > LongestHeader)
            throw Bad(file, null, "the header is too long, or this is not a safetensors file", $"it claims {length} bytes; the format allows {LongestHeader}");
        if ((long)length > fileLength - LengthBytes)
            throw Bad(file, null, "the file ends inside its header", $"the header claims {length} bytes, {fileLength - LengthBytes} follow");
        var json = new ReadOnlySpan<byte>(start + LengthBytes, (int)length);
        if (json.IsEmpty || json[0] != (byte)'{') throw Bad(file, null, "the header is not a JSON object", "it must begin with '{'");
        if (!Utf8.IsValid(json)) throw Bad(file, null, "the header is not valid UTF-8");
        try
        {
            return new Reader(file, LengthBytes + (long)length, fileLength).Read(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape such as \ud800 that is half a character.
            throw Bad(file, null, "the header is not valid JSON", e.Message, e);
        }
    }

    static ProblemException Bad(string file, string? tensor, string what, string? why = null, Exception? inner = null) =>
        new(what, new Place(file, Tensor: tensor), why, "the file is damaged or was not written by a safetensors library: fetch or save it again", inner: inner);

    sealed class Reader(string file, long dataStart, long fileLength)
    {
        readonly List<TensorInfo> tensors = [];
        readonly HashSet<string> names = new(StringComparer.Ordinal);
        Dictionary<string, string>? metadata;

        public Content Read(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestJson });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Text(ref reader, null);
                if (name == MetadataKey)
                {
                    if (metadata is not null) throw Bad(file, null, $"{MetadataKey} occurs twice in the header");
                    metadata = ReadMetadata(ref reader);
                }
                else
                {
                    if (tensors.Count == MostTensors) throw Bad(file, null, $"the header lists more than {MostTensors} tensors");
                    CheckName(name);
                    if (!names.Add(name)) throw Bad(file, name, "the tensor occurs twice in the header");
                    tensors.Add(ReadTensor(ref reader, name));
                }
            }
            while (reader.Read())
            {
                // To the end: the reader throws at anything but white space after the object.
            }
            tensors.Sort(static (a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset)
                : a.Bytes != b.Bytes ? a.Bytes.CompareTo(b.Bytes) : string.CompareOrdinal(a.Name, b.Name));
            CheckCover();
            return new Content(tensors, metadata ?? []);
        }

        TensorInfo ReadTensor(ref Utf8JsonReader reader, string name)
        {
            DType? type = null;
            List<long>? shape = null;
            List<long>? offsets = null;
            Expect(ref reader, JsonTokenType.StartObject, name, "its entry is not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = Text(ref reader, name);
                var twice = key switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
                if (twice) throw Bad(file, name, $"'{key}' occurs twice in the tensor's entry");
                switch (key)
                {
                    case "dtype":
                        Expect(ref reader, JsonTokenType.String, name, "its dtype is not a string");
                        var typeName = Text(ref reader, name);
                        if (!DTypes.TryParse(typeName, out var known)) throw Bad(file, name, $"unknown dtype '{Excerpt.Of(typeName)}'", $"known: {string.Join(", ", DTypes.All)}");
                        type = known;
                        break;
                    case "shape":
                        shape = ReadNumbers(ref reader, name, "shape", HighestRank);
                        break;
                    case "data_offsets":
                        offsets = ReadNumbers(ref reader, name, "data_offsets", 2);
                        if (offsets.Count != 2) throw Bad(file, name, $"data_offsets has {offsets.Count} numbers, not 2");
                        break;
                    default:
                        throw Bad(file, name, $"unknown key '{Excerpt.Of(key)}' in the tensor's entry", "the format has dtype, shape and data_offsets");
                }
            }
            if (type is null || shape is null || offsets is null)
                throw Bad(file, name, $"the tensor's entry lacks '{(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}'");
            return Locate(name, type.Value, [.. shape], offsets[0], offsets[1]);
        }

        TensorInfo Locate(string name, DType type, long[] shape, long begin, long end)
        {
            var bytes = (UInt128)type.Size();
            foreach (var d in shape)
            {
                bytes *= (UInt128)d;
                if (bytes > long.MaxValue) throw Bad(file, name, $"the shape [{string.Join(", ", shape)}] is larger than any file");
            }
            if (end < begin) throw Bad(file, name, "data_offsets run backwards", $"[{begin}, {end}]");
            if (end > fileLength - dataStart)
                throw Bad(file, name, "the file ends before the tensor's data", $"its data end at byte {end} of the data section, which has {fileLength - dataStart}");
            if ((UInt128)(end - begin) != bytes)
                throw Bad(file, name, "data_offsets disagree with dtype and shape", $"{type.Name()} [{string.Join(", ", shape)}] takes {bytes} bytes, the offsets hold {end - begin}");
            return new TensorInfo(name, type, shape, file, dataStart + begin);
        }

        /// <summary>Sorted by offset, every tensor must begin where the one before it ends, and the last must end with the file.</summary>
        void CheckCover()
        {
            var reached = dataStart;
            TensorInfo? before = null;
            foreach (var tensor in tensors)
            {
                if (tensor.Offset > reached)
                    throw Bad(file, tensor.Name, "there is a gap in the data before the tensor", $"bytes {reached - dataStart} to {tensor.Offset - dataStart} belong to no tensor");
                if (tensor.Offset < reached)
                    throw Bad(file, tensor.Name, $"the tensor overlaps tensor {before!.Name}", $"it begins at byte {tensor.Offset - dataStart}, the other ends at {reached - dataStart}");
                reached += tensor.Bytes;
                before = tensor;
            }
            if (reached != fileLength) throw Bad(file, null, $"{fileLength - reached} bytes at the end of the file belong to no tensor");
        }

        Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
        {
            var result = new Dictionary<string, string>(StringComparer.Ordinal);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return result;
            if (reader.TokenType != JsonTokenType.StartObject) throw Bad(file, null, $"{MetadataKey} is not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = Text(ref reader, null);
                reader.Read();
                if (reader.TokenType != JsonTokenType.String) throw Bad(file, null, $"{MetadataKey} '{Excerpt.Of(key)}' is not a string");
                if (!result.TryAdd(key, Text(ref reader, null))) throw Bad(file, null, $"{MetadataKey} '{Excerpt.Of(key)}' occurs twice");
            }
            return result;
        }

        List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string key, int most)
        {
            Expect(ref reader, JsonTokenType.StartArray, name, $"{key} is not a list");
            var result = new List<long>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (result.Count == most) throw Bad(file, name, $"{key} has more than {most} numbers");
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                    throw Bad(file, name, $"{key} holds something that is not a whole number from 0 to {long.MaxValue.ToString(CultureInfo.InvariantCulture)}");
                result.Add(number);
            }
            return result;
        }

        /// <summary>Names go to terminals and file names: control characters in them are nobody's honest intent.</summary>
        void CheckName(string name)
        {
            if (name.Length > LongestName) throw Bad(file, Excerpt.Of(name), $"the tensor's name is longer than {LongestName} characters");
            if (name.Any(char.IsControl)) throw Bad(file, Excerpt.Of(name), "the tensor's name holds control characters");
        }

        void Expect(ref Utf8JsonReader reader, JsonTokenType type, string name, string what)
        {
            reader.Read();
            if (reader.TokenType != type) throw Bad(file, name, what);
        }

        string Text(ref Utf8JsonReader reader, string? tensor) =>
            reader.GetString() ?? throw Bad(file, tensor, "a string is missing in the header");
    }
}
