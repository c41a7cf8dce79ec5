using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MergeLab.Store;

/// <summary>What making a stage took.</summary>
/// <param name="Seconds">Of the stage's work alone.</param>
/// <param name="PeakMemory">Largest resident memory of the process while it ran, in bytes.</param>
public sealed record StageMeasures(double Seconds, long PeakMemory);

/// <summary>The file <c>manifest.json</c> of a cache entry: its key in readable form, what it holds and what it took.</summary>
public sealed record StageManifest
{
    public const string FileName = "manifest.json";
    const long MaxBytes = 64 << 20;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public required string Key { get; init; }
    public required int Schema { get; init; }
    public required string Kind { get; init; }
    public required int CodeVersion { get; init; }
    public required JsonObject Parameters { get; init; }
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }
    public string? Runtime { get; init; }

    /// <summary>sha256 over <see cref="Files"/>: the digest that stages which need this one have in their keys.</summary>
    public required string Output { get; init; }

    public required IReadOnlyList<FileDigest> Files { get; init; }
    public required long Bytes { get; init; }
    public required double Seconds { get; init; }
    public required long PeakMemory { get; init; }

    public static StageManifest Of(StageKey key, IReadOnlyList<FileDigest> files, StageMeasures measures) => new()
    {
        Key = key.Hash,
        Schema = StageKey.Schema,
        Kind = key.Kind,
        CodeVersion = key.CodeVersion,
        Parameters = key.Parameters,
        Inputs = key.Inputs.OrderBy(i => i.Key, StringComparer.Ordinal).ToDictionary(),
        Runtime = key.Runtime,
        Output = "sha256:" + Digests.OfFolder(files),
        Files = files,
        Bytes = files.Sum(f => f.Size),
        Seconds = Math.Round(measures.Seconds, 6),
        PeakMemory = measures.PeakMemory,
    };

    public StageKey ToKey() => new(Kind, CodeVersion, Parameters, Inputs, Runtime);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Null, and why, for what is no whole manifest of this key.</summary>
    public static StageManifest? Read(string path, string hash, out string? why)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                why = $"{FileName} is too large";
                return null;
            }
            var manifest = JsonSerializer.Deserialize<StageManifest>(File.ReadAllBytes(path), Json);
            why = manifest is null ? $"{FileName} is empty" : manifest.Fault(hash);
            return why is null ? manifest : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException or Core.Errors.ProblemException)
        {
            why = e is FileNotFoundException or DirectoryNotFoundException ? $"{FileName} is missing" : $"{FileName}: {e.Message.ReplaceLineEndings(" ")}";
            return null;
        }
    }

    string? Fault(string hash)
    {
        if (Schema != StageKey.Schema) return $"{FileName} is of another version";
        if (Key != hash || ToKey().Hash != hash) return $"{FileName} is of another key";
        if (Files.Any(f => !IsInside(f.Name))) return $"{FileName} names files outside its folder";
        return Output == "sha256:" + Digests.OfFolder(Files) && Bytes == Files.Sum(f => f.Size) ? null : $"{FileName} contradicts itself";
    }

    static bool IsInside(string name) => name.Length > 0 && !Path.IsPathRooted(name) && !name.Split('/').Any(p => p is "" or "." or "..");
}
