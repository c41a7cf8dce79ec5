using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using MergeLab.Core.Errors;

namespace MergeLab.Stages.Zoo;

/// <summary><c>zoo.json</c>: the SHA-256 of every file of a zoo, by path with '/' from its folder.</summary>
public static class ZooDigests
{
    public const string FileName = "zoo.json";

    const long MostBytes = 16 << 20;

    static readonly JsonSerializerOptions Form = new() { WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    sealed record Document(SortedDictionary<string, string> Sha256);

    /// <summary>A file that is not what <see cref="FileName"/> says, and how.</summary>
    public sealed record Difference(string File, string What);

    /// <param name="Files">How many files are listed.</param>
    /// <param name="Differences">In order of paths.</param>
    public sealed record Verdict(int Files, IReadOnlyList<Difference> Differences);

    /// <summary>Lists every file there is now.</summary>
    public static void Write(string folder)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (name != FileName) digests.Add(name, Digest(file));
        }
        var target = Path.Combine(folder, FileName);
        var temporary = $"{target}.{Environment.ProcessId}.tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(new Document(digests), Form) + "\n");
        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Compares what is listed with what is there.</summary>
    /// <exception cref="ProblemException">There is no list, or it is none.</exception>
    public static Verdict Check(string folder)
    {
        var listed = Read(folder);
        var differences = new List<Difference>();
        foreach (var (name, digest) in listed)
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file)) differences.Add(new Difference(name, "is missing"));
            else if (Digest(file) != digest) differences.Add(new Difference(name, "has other bytes"));
        }
        return new Verdict(listed.Count, differences);
    }

    /// <summary>The listed digests, by path from the folder.</summary>
    public static IReadOnlyDictionary<string, string> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new ProblemException($"the folder has no {FileName}", new Place(folder), "it lists the digests to compare with", "give the folder of a zoo, such as experiments/zoo");
        if (new FileInfo(path).Length > MostBytes) throw new ProblemException("the list is too long", new Place(path), $"at most {MostBytes} bytes are read");
        try
        {
            var digests = JsonSerializer.Deserialize<Document>(File.ReadAllBytes(path), Form)?.Sha256 ?? throw new JsonException("no field 'sha256'");
            return digests.Keys.FirstOrDefault(n => Path.IsPathRooted(n) || n.Split('/', '\\').Contains("..")) is { } outside
                ? throw new ProblemException($"'{outside}' lies outside the folder", new Place(path), remedy: "restore the list from version control")
                : digests;
        }
        catch (JsonException e)
        {
            throw new ProblemException("not a list of digests", new Place(path, (int?)e.LineNumber + 1), e.Message.Split(" Path:")[0], "restore it from version control", inner: e);
        }
    }

    static string Digest(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
