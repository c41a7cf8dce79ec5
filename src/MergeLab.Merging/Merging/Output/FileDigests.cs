using System.Security.Cryptography;

namespace MergeLab.Merging.Output;

/// <summary>SHA-256 of whole files.</summary>
static class FileDigests
{
    const int Block = 1 << 20;

    /// <returns>Lower-case hex, in the order of <paramref name="paths"/>.</returns>
    public static string[] Of(IReadOnlyList<string> paths, int threads, CancellationToken cancellation)
    {
        var digests = new string[paths.Count];
        Parallel.For(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i => digests[i] = Of(paths[i], cancellation));
        return digests;
    }

    static string Of(string path, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var block = new byte[Block];
        for (var at = 0L; RandomAccess.Read(file, block, at) is var got and > 0; at += got)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(block.AsSpan(0, got));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
