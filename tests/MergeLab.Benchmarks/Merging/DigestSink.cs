using System.Security.Cryptography;
using System.Text;
using MergeLab.Merging.Engine;

namespace MergeLab.Benchmarks.Merging;

/// <summary>Takes no notice of the bytes: what remains is the merge itself.</summary>
sealed class DiscardSink : ITensorSink
{
    public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes)
    {
    }
}

/// <summary>A digest of a merged model that does not depend on the order of chunks.</summary>
sealed class DigestSink : ITensorSink
{
    ulong sum;

    public ulong Digest => sum;

    public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes)
    {
        var key = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{tensor} {offset}")));
        Interlocked.Add(ref sum, key * (1 | BitConverter.ToUInt64(SHA256.HashData(bytes))));
    }
}
