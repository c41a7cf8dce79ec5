using MergeLab.Core.Errors;

namespace MergeLab.Data.World;

/// <summary>The world's files in a folder: written, or compared with what is there.</summary>
public static class WorldFolder
{
    /// <summary>The seed of the shipped zoo. Another seed is another world.</summary>
    public const ulong ShippedSeed = 2024;

    public const string CardName = "world.json";

    /// <summary>Every file by name: tokenizer, tasks, README and, last, the card.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files(ulong seed)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["tokenizer.json"] = TokenizerFile.Tokenizer(),
            ["tokenizer_config.json"] = TokenizerFile.Configuration(),
        };
        foreach (var task in TaskTable.Evaluated) files.Add(TaskFile.Name(task), TaskFile.Bytes(task, seed));
        files.Add("README.md", WorldReadme.Bytes(seed));
        files.Add(CardName, WorldCard.Bytes(seed, files));
        return files;
    }

    /// <summary>Each file appears whole or not at all; the card, which vouches for the others, last.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, byte[]> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in files)
        {
            var path = Path.Combine(folder, name);
            var temporary = $"{path}.{Environment.ProcessId}.tmp";
            try
            {
                File.WriteAllBytes(temporary, bytes);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Names of files that are missing or differ, in the order they would be written.</summary>
    public static IReadOnlyList<string> Differences(string folder, IReadOnlyDictionary<string, byte[]> files) =>
        [.. files.Where(f => !SameBytes(Path.Combine(folder, f.Key), f.Value)).Select(f => f.Key)];

    /// <exception cref="ProblemException">A file is missing or differs.</exception>
    public static void Check(string folder, IReadOnlyDictionary<string, byte[]> files)
    {
        var odd = Differences(folder, files);
        if (odd.Count == 0) return;
        var first = Path.Combine(folder, odd[0]);
        throw new ProblemException(
            $"not what the generator makes: {string.Join(", ", odd)}",
            new Place(first),
            File.Exists(first) ? "its bytes differ" : "it is missing",
            $"mergelab zoo world --out {folder} writes it again", ExitCode.CheckFailed);
    }

    static bool SameBytes(string path, byte[] bytes) =>
        File.Exists(path) && new FileInfo(path).Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes);
}
