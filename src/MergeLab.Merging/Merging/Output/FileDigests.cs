using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace MergeLab.Merging.Output;

/// <summary>
/// Digests of whole files for the model card. What is written gets SHA-256, by which downloads are checked; what was read gets XXH128, which costs
/// a tenth: a merge reads many times what it writes, and its inputs are to be recognised, not defended.
/// </summary>
static class FileDigests
{
    const int Block = 1 << 20;

    /// <param name="read">Paths of inputs.</param>
    /// <param name="written">Paths of results.</param>
    /// <param name="threads">Files at once.</param>
    /// <param name="cancellation">Asked at every block.</param>
    /// <returns>Name of the function and lower-case hex, inputs first.</returns>
    public static string[] Of(IReadOnlyList<string> read, IReadOnlyList<string> written, int threads, CancellationToken cancellation)
    {
        var digests = new string[read.Count + written.Count];
        // The slow ones first: one large result then runs beside all inputs.
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.ForEach(Partitioner.Create([.. Enumerable.Range(0, digests.Length).Reverse()], EnumerablePartitionerOptions.NoBuffering), options,
            i => digests[i] = i < read.Count ? Fast(read[i], cancellation) : Secure(written[i - read.Count], cancellation));
        return digests;
    }

    static string Fast(string path, CancellationToken cancellation)
    {
        var hash = new XxHash128();
        Read(path, hash.Append, cancellation);
        return $"xxh128:{Convert.ToHexStringLower(hash.GetCurrentHash())}";
    }

    static string Secure(string path, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Read(path, hash.AppendData, cancellation);
        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    static void Read(string path, Action<ReadOnlySpan<byte>> take, CancellationToken cancellation)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var block = new byte[Block];
        for (var at = 0L; RandomAccess.Read(file, block, at) is var got and > 0; at += got)
        {
            cancellation.ThrowIfCancellationRequested();
            take(block.AsSpan(0, got));
        }
    }
}
