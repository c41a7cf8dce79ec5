using System.Text.Encodings.Web;
using System.Text.Json;

namespace MergeLab.Store;

/// <summary>A file that the numeric runtime consists of, as it was when the runtime was read.</summary>
public sealed record StampedFile(string Path, string Identity);

/// <summary>
/// The numeric runtime as it was found when libtorch was last loaded, kept in a file so that keys can be computed without loading it. It holds as
/// long as everything does that can be known without loading: the library files, the settings they read, the processor.
/// </summary>
/// <param name="Conditions">Settings and processor, by name.</param>
/// <param name="Files">Libraries, the shim, and what the dynamic loader looks at.</param>
/// <param name="Runtime">What enters keys.</param>
public sealed record RuntimeStamp(IReadOnlyDictionary<string, string> Conditions, IReadOnlyList<StampedFile> Files, string Runtime)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The runtime in the file, if the file is of these conditions and no library has changed since; else null.</summary>
    public static string? Read(string path, IReadOnlyDictionary<string, string> conditions)
    {
        try
        {
            if (!File.Exists(path) || JsonSerializer.Deserialize<RuntimeStamp>(File.ReadAllBytes(path), Json) is not { } stamp) return null;
            var holds = stamp.Conditions.Count == conditions.Count
                && stamp.Conditions.All(c => conditions.TryGetValue(c.Key, out var now) && now == c.Value)
                && stamp.Files.All(f => IdentityOf(f.Path) == f.Identity);
            return holds ? stamp.Runtime : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file whole. Where it cannot be written, the next run loads libtorch again.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, string> conditions, IEnumerable<string> files, string runtime)
    {
        var stamp = new RuntimeStamp(
            conditions.OrderBy(c => c.Key, StringComparer.Ordinal).ToDictionary(),
            [.. files.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(f => new StampedFile(f, IdentityOf(f)))],
            runtime);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(stamp, Json));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An installed program's folder may be read-only.
        }
    }

    /// <summary>Of files by state, of folders by time, of absent ones "absent".</summary>
    static string IdentityOf(string path) => FileIdentity.Of(path)?.ToString()
        ?? (Directory.Exists(path) ? new DirectoryInfo(path).LastWriteTimeUtc.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture) : "absent");
}
