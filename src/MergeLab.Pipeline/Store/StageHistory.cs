using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeLab.Store;

/// <summary>What a stage was when it last ran or was found in the cache: the fields of its key and what it took.</summary>
public sealed record StageRecord(
    string Id, string Key, string Kind, int CodeVersion, JsonObject Parameters, IReadOnlyDictionary<string, string> Inputs, string? Runtime,
    string Output, double Seconds, long PeakMemory, long Bytes)
{
    public static StageRecord Of(string id, StageManifest m) =>
        new(id, m.Key, m.Kind, m.CodeVersion, m.Parameters, m.Inputs, m.Runtime, m.Output, m.Seconds, m.PeakMemory, m.Bytes);
}

/// <summary>
/// A file per stage id and one per kind with its latest durations. It explains and predicts; no result depends on it, so that what cannot be read
/// counts as absent and what cannot be written is let go.
/// </summary>
public sealed class StageHistory(string folder)
{
    const int DurationsKept = 256;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public StageRecord? Read(string id) => TryRead<StageRecord>(FileOf(id)) is { } found && found.Id == id ? found : null;

    /// <summary>Notes what a stage is now; writes nothing where that is known.</summary>
    public void Note(string id, StageManifest manifest)
    {
        var path = FileOf(id);
        if (Contents(path) is { } bytes && bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\"key\":\"{manifest.Key}\"")) >= 0) return;
        TryWrite(path, StageRecord.Of(id, manifest));
    }

    /// <summary>Seconds of the latest runs of a kind, oldest first.</summary>
    public IReadOnlyList<double> Durations(string kind) => TryRead<double[]>(KindFile(kind)) ?? [];

    public void NoteDurations(string kind, IEnumerable<double> seconds) => TryWrite(KindFile(kind), Durations(kind).Concat(seconds).TakeLast(DurationsKept).ToArray());

    string FileOf(string id)
    {
        var hash = Digests.OfText(id);
        return Path.Combine(folder, hash[..2], hash[..32] + ".json");
    }

    string KindFile(string kind) => Path.Combine(folder, $"{kind}.json");

    static byte[]? Contents(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static T? TryRead<T>(string path) where T : class
    {
        try
        {
            return Contents(path) is { } bytes ? JsonSerializer.Deserialize<T>(bytes, Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static void TryWrite<T>(string path, T value)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(value, Json));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only cache has no history.
        }
    }
}
