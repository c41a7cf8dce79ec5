using System.Globalization;
using System.Text;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Output;

/// <summary>
/// Writes a merged model's folder: weights as the engine delivers them, and beside them config, tokenizer, model card and recipe. It appears
/// under its name when all of it is there; until then, and after a failure, nothing does.
/// </summary>
public sealed class MergedFolder : ITensorSink, IDisposable
{
    /// <summary>The recipe goes with the model under the name by which tools look for it.</summary>
    public const string RecipeFile = "mergekit_config.yml";

    /// <summary>Of the model card, whose length is not known before the merge.</summary>
    const long CardBytes = 1 << 16;

    readonly CheckpointWriter writer;
    readonly MergedContents contents;
    readonly MergedFolderOptions options;
    readonly string title;
    readonly IReadOnlyList<string> notes;

    MergedFolder(string target, MergedContents contents, MergedFolderOptions options)
    {
        (this.contents, this.options) = (contents, options);
        title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)));
        ReplacedInputs.Refuse(target, contents.Inputs.SelectMany(i => i.Files).Select(f => f.Path));
        FolderTransaction.CheckTarget(target, options.Overwrite);
        var companions = CompanionFiles.Of(contents, options.Tokenizer);
        notes = companions.Notes;
        writer = CheckpointWriter.Create(target, contents.Tensors, new CheckpointWriterOptions
        {
            ShardSize = options.ShardSize,
            Overwrite = options.Overwrite,
            OtherBytes = companions.Files.Sum(f => f.Bytes) + Encoding.UTF8.GetByteCount(contents.Recipe) + CardBytes,
        });
        try
        {
            foreach (var file in companions.Files)
            {
                if (file.CopyOf is { } source) writer.AddCopy(source);
                else writer.AddFile(file.Name, file.Content.Span);
            }
            if (options.Card) writer.AddFile(RecipeFile, contents.Recipe);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <param name="target">The folder to appear.</param>
    /// <param name="contents">What it will hold.</param>
    /// <param name="options">How it is written.</param>
    /// <exception cref="ProblemException">The target exists, or holds an input; the disk is too small (exit 3); a config, tokenizer or template is wrong.</exception>
    public static MergedFolder Create(string target, MergedContents contents, MergedFolderOptions options) => new(target, contents, options);

    /// <summary>From any thread; each byte of each tensor once.</summary>
    public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes) => writer.Write(tensor, offset, bytes);

    /// <summary>Writes the model card and gives the folder its name.</summary>
    /// <param name="said">Notes of the run.</param>
    /// <param name="cancellation">Asked until the folder has its name.</param>
    /// <returns>All notes, as the card has them.</returns>
    public IReadOnlyList<string> Commit(IEnumerable<string> said, CancellationToken cancellation)
    {
        IReadOnlyList<string> all = [.. said.Concat(notes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var outputs = writer.FinishWeights();
        if (options.Card) writer.AddFile(ModelCard.FileName, Card(outputs, all, cancellation).Write());
        cancellation.ThrowIfCancellationRequested();
        writer.Commit();
        return all;
    }

    public void Dispose() => writer.Dispose();

    ModelCard Card(IReadOnlyList<string> outputs, IReadOnlyList<string> all, CancellationToken cancellation)
    {
        var inputs = contents.Inputs.SelectMany(i => i.Files).DistinctBy(f => f.Path).ToList();
        IReadOnlyList<(string Name, string Path)> files = [.. inputs, .. outputs.Select(o => (Path.GetFileName(o), o))];
        string?[] digests = options.Digests ? FileDigests.Of([.. inputs.Select(i => i.Path)], outputs, options.Threads, cancellation) : new string?[files.Count];
        var cards = files.Select((f, i) => new CardFile(f.Name, new FileInfo(f.Path).Length, digests[i])).ToList();
        return new ModelCard
        {
            Title = title,
            Method = contents.Method,
            Base = contents.Inputs.FirstOrDefault(i => i.IsBase)?.CardName,
            Models = [.. contents.Inputs.Select(i => i.CardName)],
            Recipe = contents.Recipe,
            Inputs = cards[..inputs.Count],
            Outputs = cards[inputs.Count..],
            Tensors = contents.Tensors.Count,
            Parameters = contents.Tensors.Sum(t => t.Count),
            Types = [.. contents.Tensors.GroupBy(t => t.DType).OrderByDescending(g => g.Sum(t => t.Count)).ThenBy(g => g.Key)
                .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key.Name()}"))],
            Notes = all,
        };
    }
}
