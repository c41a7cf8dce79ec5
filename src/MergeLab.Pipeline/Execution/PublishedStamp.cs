using MergeLab.Results;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>
/// Says that a result folder holds what a run of these stages would write, so that a run with nothing to do writes nothing. The snapshot is part
/// of it, because the report compares with it.
/// </summary>
/// <param name="folder">The experiment's folder.</param>
/// <param name="report">The cached report stage.</param>
/// <param name="keys">Of all stages.</param>
sealed class PublishedStamp(string folder, CacheEntry report, IReadOnlyList<string> keys)
{
    static readonly string[] Written = [ResultFiles.Results, ResultFiles.Examples, ResultFiles.Report];

    readonly string path = Path.Combine(folder, ".published");

    public bool Holds => Written.All(f => File.Exists(Path.Combine(folder, f))) && File.Exists(path) && File.ReadAllText(path) == Text();

    public void Remove()
    {
        if (File.Exists(path)) File.Delete(path);
    }

    public void Write() => TextFile.Write(path, Text());

    string Text() => Digests.OfText(string.Join('\n', [
        report.Digest, .. keys, .. ((string[])[ResultFiles.VerifiedResults, ResultFiles.VerifiedExamples]).Select(Identity), .. ((string[])[ResultFiles.Results, ResultFiles.Examples]).Select(Identity),
    ]));

    string Identity(string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return file.Exists ? $"{name} {file.Length} {file.LastWriteTimeUtc.Ticks}" : $"{name} absent";
    }
}
