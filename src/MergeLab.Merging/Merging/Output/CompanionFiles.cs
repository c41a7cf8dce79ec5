using MergeLab.Checkpoints;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Output;

/// <summary>Config, tokenizer and processor files of a merged model.</summary>
sealed class CompanionFiles
{
    const string GenerationConfig = "generation_config.json";

    /// <summary>Output embeddings, by the names that published models give them.</summary>
    static readonly string[] Heads = ["lm_head.weight", "embed_out.weight", "lm_head.decoder.weight", "cls.predictions.decoder.weight"];

    readonly List<OutputFile> files = [];
    readonly List<string> notes = [];

    CompanionFiles(MergedContents contents, bool tokenizer)
    {
        var donor = contents.Inputs[0];
        var template = contents.ChatTemplate is { } wanted
            ? ChatTemplates.Choose(wanted, contents.Inputs.Select(i => i.Folder).OfType<string>(), notes.Add) : null;
        if (tokenizer) files.AddRange(TokenizerFiles.Of(donor.Folder, contents.Vocabulary?.Output, template, contents.ChatTemplate?.Place));
        if (donor.Folder is { } folder) AddSettings(contents, folder);
        foreach (var (name, text) in contents.Files) files.Add(OutputFile.Text(name, text));
        if (contents.Vocabulary is { } vocabulary) notes.AddRange(vocabulary.Notes);
    }

    public IReadOnlyList<OutputFile> Files => files;

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Notes => notes;

    public static CompanionFiles Of(MergedContents contents, bool tokenizer) => new(contents, tokenizer);

    void AddSettings(MergedContents contents, string folder)
    {
        var ids = MovedTokens(contents);
        foreach (var name in CheckpointWriter.CompanionFiles.Except(TokenizerFiles.Names).Where(n => File.Exists(Path.Combine(folder, n))))
        {
            var path = Path.Combine(folder, name);
            files.Add(name switch
            {
                Checkpoint.ConfigFile => Config(path, contents, ids),
                GenerationConfig when ids.Count > 0 => OutputFile.Text(name, MergedConfig.WriteGeneration(path, ids)),
                _ => OutputFile.Copy(path),
            });
        }
    }

    OutputFile Config(string path, MergedContents contents, IReadOnlyDictionary<int, int?> ids)
    {
        var changes = new ConfigChanges
        {
            DType = contents.DType,
            Architecture = contents.Architecture,
            VocabSize = contents.Vocabulary?.Rows ?? contents.VocabularySize,
            Layers = contents.Layers,
            Untie = IsUntied(contents),
            TokenIds = ids,
        };
        if (changes.Untie) notes.Add("the first model's head is its embedding, the result has a head of its own: config.json says tie_word_embeddings: false");
        if (contents.DType is null && contents.Inputs[0].Source.Config is { } config && (config.GetText("dtype", null) ?? config.GetText("torch_dtype", null)) is { } stated
            && DTypes.TryParseTorch(stated, out var type) && contents.Tensors.FirstOrDefault(t => t.DType.IsFloat() && t.DType != type) is { } other)
            notes.Add($"config.json says {stated}, as the first model's does, but {other.Name} is {other.DType.Name()}, for its inputs are; 'dtype' in the recipe sets one type for all");
        return changes.IsNone ? OutputFile.Copy(path) : OutputFile.Text(Checkpoint.ConfigFile, MergedConfig.Write(path, changes));
    }

    /// <summary>
    /// The donor's config ties head and embedding, but the result has a head that is another: the donor has none stored, or a model that
    /// keeps them apart took part. Loaders would ignore it.
    /// </summary>
    static bool IsUntied(MergedContents contents)
    {
        var donor = contents.Inputs[0].Source;
        if (contents.Tensors.FirstOrDefault(t => IsHead(t.Name)) is not { } head || donor.Config is not { } config) return false;
        var stored = donor.Find(head.Name) is not null;
        if (!config.GetBool("tie_word_embeddings", absent: !stored)) return false;
        return !stored || contents.Inputs.Any(i => i.Source.Config is { } other && !other.GetBool("tie_word_embeddings", absent: true));
    }

    /// <summary>Models of several parts have the head under a prefix.</summary>
    static bool IsHead(string name) => Heads.Any(h => name == h || name.EndsWith($".{h}", StringComparison.Ordinal));

    /// <summary>Where another model's vocabulary is taken, the tokens that the donor's settings name have other ids.</summary>
    IReadOnlyDictionary<int, int?> MovedTokens(MergedContents contents)
    {
        if (contents.Vocabulary?.MovedIds is not { Count: > 0 } moved || contents.Compat == "mergekit") return new Dictionary<int, int?>();
        notes.Add("the vocabulary is not the first model's: token ids in config.json and generation_config.json were changed to it");
        return moved;
    }
}
