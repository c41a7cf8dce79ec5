using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MergeLab.Checkpoints;

/// <summary>How a model folder is written.</summary>
public sealed record CheckpointWriterOptions
{
    /// <summary>Most bytes of tensor data in one file; null for a single file. A larger tensor has a file of its own.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Replace the target if it is a model folder.</summary>
    public bool Overwrite { get; init; }

    /// <summary>A model folder whose config, tokenizer and processor files are copied; null for none.</summary>
    public string? CopyFrom { get; init; }

    /// <summary>Of each file's header; {"format": "pt"} by default.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Size of what <see cref="CheckpointWriter.AddFile(string, ReadOnlySpan{byte})"/> will add; counts when the disk is asked for room.</summary>
    public long OtherBytes { get; init; }

    /// <summary>Further fields of the index's <c>metadata</c>, beside <c>total_size</c>.</summary>
    public IReadOnlyDictionary<string, string> IndexMetadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Writes a model folder as Hugging Face libraries read it: <c>model.safetensors</c>, or shards and their index, and the files of
/// config and tokenizer. The folder appears under its name when all of it is there.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    /// <summary>What goes with the weights from a model folder.</summary>
    public static readonly IReadOnlyList<string> CompanionFiles =
    [
        "config.json", "generation_config.json",
        "tokenizer.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "vocab.txt", "merges.txt", "chat_template.jinja", "chat_template.json",
        "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json",
    ];

    readonly FolderTransaction folder;
    readonly List<SafetensorsWriter> shards = [];
    readonly Dictionary<string, SafetensorsWriter> writerOf = new(StringComparer.Ordinal);
    readonly List<string> weightFiles = [];
    bool finished;

    CheckpointWriter(FolderTransaction folder, IReadOnlyList<IReadOnlyList<TensorSpec>> groups, CheckpointWriterOptions options)
    {
        this.folder = folder;
        try
        {
            if (options.CopyFrom is { } source)
            {
                foreach (var name in CompanionFiles.Where(n => File.Exists(Path.Combine(source, n))))
                    CopyContents(Path.Combine(source, name), folder.File(name));
            }
            for (var i = 0; i < groups.Count; i++)
            {
                weightFiles.Add(folder.File(ShardName(i, groups.Count)));
                var writer = SafetensorsWriter.Create(weightFiles[i], groups[i], options.Metadata);
                shards.Add(writer);
                foreach (var tensor in groups[i]) writerOf.Add(tensor.Name, writer);
            }
            if (groups.Count > 1) WriteIndex(folder.File(Checkpoint.IndexFile), groups, options.IndexMetadata);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <param name="target">The folder to appear.</param>
    /// <param name="tensors">All tensors, in any order.</param>
    /// <param name="options">Shards, overwriting, what to copy.</param>
    /// <exception cref="Core.Errors.ProblemException">The target exists, or the disk is too small.</exception>
    public static CheckpointWriter Create(string target, IReadOnlyCollection<TensorSpec> tensors, CheckpointWriterOptions? options = null)
    {
        options ??= new CheckpointWriterOptions();
        var groups = Split(tensors, options.ShardSize ?? long.MaxValue);
        var headers = 1 + tensors.Sum(t => 128L + t.Name.Length);
        return new CheckpointWriter(new FolderTransaction(target, options.Overwrite, tensors.Sum(t => t.Bytes) + headers + options.OtherBytes), groups, options);
    }

    /// <summary>Writes raw little-endian bytes at a byte offset within a tensor, from any thread.</summary>
    public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes) => writerOf[tensor].Write(tensor, offset, bytes);

    /// <summary>The bytes alone: a read-only source must not make the copy read-only.</summary>
    static void CopyContents(string from, string to)
    {
        using var source = File.OpenRead(from);
        using var target = File.Create(to);
        source.CopyTo(target);
    }

    /// <summary>Adds a file, or replaces one that was copied.</summary>
    public void AddFile(string name, string text) => File.WriteAllText(folder.File(name), text);

    /// <summary>Adds a file, or replaces one that was copied.</summary>
    public void AddFile(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(folder.File(name), content);

    /// <summary>Adds a copy of a file under its own name.</summary>
    public void AddCopy(string path) => CopyContents(path, folder.File(Path.GetFileName(path)));

    /// <summary>Flushes the weights; files can still be added.</summary>
    /// <returns>Paths of the weight files, in order, where they lie until <see cref="Commit"/>.</returns>
    /// <exception cref="InvalidOperationException">A tensor was not written completely.</exception>
    public IReadOnlyList<string> FinishWeights()
    {
        if (!finished)
            foreach (var shard in shards) shard.Commit();
        finished = true;
        return weightFiles;
    }

    /// <summary>Flushes everything and gives the folder its name.</summary>
    /// <exception cref="InvalidOperationException">A tensor was not written completely.</exception>
    public void Commit()
    {
        FinishWeights();
        folder.Commit();
    }

    public void Dispose()
    {
        foreach (var shard in shards) shard.Dispose();
        folder.Dispose();
    }

    /// <summary>Fills files in order of names, so that the layers of a model lie together.</summary>
    static List<IReadOnlyList<TensorSpec>> Split(IEnumerable<TensorSpec> tensors, long most)
    {
        var groups = new List<IReadOnlyList<TensorSpec>>();
        var current = new List<TensorSpec>();
        var size = 0L;
        foreach (var tensor in tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            if (current.Count > 0 && tensor.Bytes > most - size)
            {
                groups.Add(current);
                (current, size) = ([], 0);
            }
            current.Add(tensor);
            size += tensor.Bytes;
        }
        groups.Add(current);
        return groups;
    }

    static string ShardName(int index, int count) => count == 1 ? Checkpoint.SingleFile
        : string.Create(CultureInfo.InvariantCulture, $"model-{index + 1:D5}-of-{count:D5}.safetensors");

    static void WriteIndex(string path, IReadOnlyList<IReadOnlyList<TensorSpec>> groups, IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = File.Create(path);
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteStartObject("metadata");
        foreach (var (key, value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal)) writer.WriteString(key, value);
        writer.WriteNumber("total_size", groups.Sum(g => g.Sum(t => t.Bytes)));
        writer.WriteEndObject();
        writer.WriteStartObject("weight_map");
        for (var i = 0; i < groups.Count; i++)
            foreach (var tensor in groups[i]) writer.WriteString(tensor.Name, ShardName(i, groups.Count));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
