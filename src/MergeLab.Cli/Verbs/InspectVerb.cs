using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using MergeLab.Checkpoints;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab inspect PATH</c>: what tensors a file or folder holds, from headers; with digests on request.</summary>
static class InspectVerb
{
    const int DigestWindow = 1 << 26;

    static readonly Argument<string> PathArgument = new("PATH") { Description = "A safetensors file, or the folder of a model or an adapter" };
    static readonly Option<bool> Digests = new("--digests") { Description = "The sha256 of each tensor's raw bytes (reads all data)" };

    public static Verb Create()
    {
        var verb = new Verb("inspect", "List the tensors of a checkpoint", "mergelab inspect models/base --digests --json", Run);
        verb.Arguments.Add(PathArgument);
        verb.Options.Add(Digests);
        return verb;
    }

    sealed record Row(string Name, string Dtype, IReadOnlyList<long> Shape, string File, long Offset, long Bytes, string? Sha256);

    sealed record Report(string Format, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<Row> Tensors);

    static ExitCode Run(Invocation invocation)
    {
        using var checkpoint = Checkpoint.OpenAny(invocation.Get(PathArgument));
        var digests = invocation.Get(Digests) ? ComputeDigests(checkpoint, invocation) : null;
        var rows = checkpoint.Files.SelectMany(f => f.Tensors).Select(t => new Row(t.Name, t.DType.Name(), t.Shape, Shown(checkpoint, t), t.Offset, t.Bytes, digests?[t.Name])).ToList();
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in checkpoint.Files)
            foreach (var (key, value) in file.Metadata) metadata.TryAdd(key, value);
        if (invocation.Json) invocation.WriteJson(new Report("safetensors", metadata, rows));
        else Print(invocation, checkpoint, metadata, rows);
        return ExitCode.Done;
    }

    /// <summary>Paths within a folder, as the user may have moved it.</summary>
    static string Shown(Checkpoint checkpoint, TensorInfo tensor) =>
        checkpoint.Folder is { } folder ? Path.GetRelativePath(folder, tensor.File) : Path.GetFileName(tensor.File);

    static Dictionary<string, string> ComputeDigests(Checkpoint checkpoint, Invocation invocation)
    {
        var digests = new string[checkpoint.Tensors.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = invocation.Threads, CancellationToken = invocation.Cancellation };
        Parallel.For(0, digests.Length, options, i => digests[i] = Digest(checkpoint, checkpoint.Tensors[i], invocation.Cancellation));
        return checkpoint.Tensors.Select((t, i) => (t.Name, digests[i])).ToDictionary(p => p.Name, p => p.Item2, StringComparer.Ordinal);
    }

    static string Digest(Checkpoint checkpoint, TensorInfo tensor, CancellationToken cancellation)
    {
        var (file, info) = checkpoint.Locate(tensor.Name);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0L; at < info.Bytes; at += DigestWindow)
        {
            cancellation.ThrowIfCancellationRequested();
            sha.AppendData(file.Bytes(info, at, (int)Math.Min(DigestWindow, info.Bytes - at)));
        }
        return Convert.ToHexStringLower(sha.GetCurrentHash());
    }

    static void Print(Invocation invocation, Checkpoint checkpoint, IReadOnlyDictionary<string, string> metadata, List<Row> rows)
    {
        foreach (var (key, value) in metadata) invocation.Out.WriteLine($"{Terminal.Clean(key)}: {Terminal.Clean(value)}");
        var several = checkpoint.Files.Count > 1;
        string[] heads = ["tensor", "dtype", "shape", "bytes", .. several ? ["file"] : Array.Empty<string>(), .. rows.Any(r => r.Sha256 is not null) ? ["sha256"] : Array.Empty<string>()];
        Terminal.WriteTable(invocation.Out, heads, rows.Select(r => (string[])
        [
            r.Name, r.Dtype, $"[{string.Join(", ", r.Shape)}]", r.Bytes.ToString("N0", CultureInfo.InvariantCulture),
            .. several ? [r.File] : Array.Empty<string>(), .. r.Sha256 is { } sha ? [sha] : Array.Empty<string>(),
        ]));
        invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Count} tensors, {rows.Sum(r => r.Bytes):N0} bytes, {checkpoint.Files.Count} {(several ? "files" : "file")}"));
    }
}
