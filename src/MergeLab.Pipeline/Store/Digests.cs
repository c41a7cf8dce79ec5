using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MergeLab.Store;

/// <summary>One file of a folder: its path in it with forward slashes, its length and its sha256 as 64 hexadecimal digits.</summary>
public sealed record FileDigest(string Name, long Size, string Sha256);

/// <summary>sha256 of bytes, files and folders.</summary>
public static class Digests
{
    const int Block = 1 << 18;

    public static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string OfText(string text) => OfBytes(Encoding.UTF8.GetBytes(text));

    public static string OfFile(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            for (long offset = 0; RandomAccess.Read(file, buffer, offset) is var read and > 0; offset += read) hash.AppendData(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Of a folder: the sha256 over one line per file, <c>sha256 size name</c>, sorted by name. Empty folders, times and rights do not count.
    /// </summary>
    public static string OfFolder(IEnumerable<FileDigest> files)
    {
        var text = new StringBuilder();
        foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{file.Sha256} {file.Size} {file.Name}\n");
        return OfText(text.ToString());
    }

    /// <summary>Whether two lists name the same files with the same contents.</summary>
    public static bool Same(IReadOnlyList<FileDigest> left, IReadOnlyList<FileDigest> right) => OfFolder(left) == OfFolder(right);
}
