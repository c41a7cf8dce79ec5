using System.Globalization;
using System.Text;

namespace MergeLab.Store;

/// <summary>
/// Digests of files as they were last seen, in one text file: a line <c>sha256 identity path</c> each. Writers replace it whole after reading what
/// others have written since; an update lost in between costs one hashing, never a wrong digest.
/// </summary>
sealed class DigestIndex(string path)
{
    const long MaxBytes = 256 << 20;

    public Dictionary<string, (string Identity, string Sha256)> Read()
    {
        var entries = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes) return entries;
            foreach (var line in File.ReadLines(path))
            {
                var parts = line.Split(' ', 3);
                if (parts.Length == 3 && parts[0].Length == 64) entries[parts[2]] = (parts[1], parts[0]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the index everything is hashed anew.
        }
        return entries;
    }

    /// <summary>Whether it could be written; a read-only cache cannot.</summary>
    public bool Merge(IEnumerable<KeyValuePair<string, (string Identity, string Sha256)>> news, Func<string, bool>? keep = null)
    {
        var entries = Read();
        foreach (var (file, entry) in news) entries[file] = entry;
        var text = new StringBuilder();
        foreach (var (file, (identity, sha256)) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
            if (!file.Contains('\n', StringComparison.Ordinal) && keep?.Invoke(file) != false)
                text.Append(CultureInfo.InvariantCulture, $"{sha256} {identity} {file}\n");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
