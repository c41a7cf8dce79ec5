using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MergeLab.Build;

/// <summary>
/// Whether a build has anything to do, without starting MSBuild (seconds) to ask: a digest of the inputs' contents and of the
/// outputs' sizes and times. Outputs count because a build past Cake may have replaced them since.
/// </summary>
/// <param name="file">Where the digest of the last build is kept.</param>
/// <param name="inputs">Files and folders; those that do not exist count as absent.</param>
/// <param name="outputs">Lists the outputs there are now.</param>
/// <param name="surroundings">Whatever else decides the result: where libtorch lies, the compiler.</param>
public sealed class SourceStamp(string file, IEnumerable<string> inputs, Func<IEnumerable<string>> outputs, string surroundings = "")
{
    /// <summary>Read by tests at run time or restored by npm: nothing is compiled from these.</summary>
    static readonly string[] NotCompiled = ["goldens", "node_modules", "bin", "obj"];

    /// <summary>Taken before the build, so that an edit during it makes the next one run.</summary>
    readonly string sources = Digest(inputs, surroundings);

    public bool IsCurrent => File.Exists(file) && outputs().Any() && File.ReadAllText(file) == sources + State();

    public void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file + ".tmp", sources + State());
        File.Move(file + ".tmp", file, overwrite: true);
    }

    string State() => string.Concat(outputs().Order(StringComparer.Ordinal).Select(o => new FileInfo(o))
        .Select(o => string.Create(CultureInfo.InvariantCulture, $"\n{o.FullName} {o.Length} {o.LastWriteTimeUtc.Ticks}")));

    static string Digest(IEnumerable<string> inputs, string surroundings)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(surroundings));
        foreach (var path in inputs.SelectMany(Files).Order(StringComparer.Ordinal))
        {
            sha.AppendData(Encoding.UTF8.GetBytes(path));
            sha.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) return [];
        return Directory.EnumerateFiles(path).Concat(Directory.EnumerateDirectories(path)
            .Where(d => !NotCompiled.Contains(Path.GetFileName(d), StringComparer.Ordinal))
            .SelectMany(Files));
    }
}
