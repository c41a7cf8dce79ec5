using MergeLab.Core.Errors;

namespace MergeLab.Merging.Vocabularies;

/// <summary>The tokenizer's part of a merged model's folder.</summary>
public static class TokenizerFiles
{
    /// <summary>Everything that belongs to a tokenizer.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        TokenizerFile.FileName, TokenizerSettings.FileName, "special_tokens_map.json", AddedTokens, ChatTemplateFiles.Jinja, ChatTemplateFiles.Json, .. ModelFiles,
    ];

    const string AddedTokens = "added_tokens.json";

    /// <summary>Vocabularies of slow tokenizers, which cannot be stripped here.</summary>
    static string[] ModelFiles => ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.json", "vocab.txt", "merges.txt"];

    /// <param name="donor">The model whose files are copied where no vocabulary is planned; null for none.</param>
    /// <param name="vocabulary">The result's; null where the donor's is kept.</param>
    /// <param name="chatTemplate">Null keeps the tokenizer's own.</param>
    /// <param name="place">Where the recipe asks for the template.</param>
    /// <exception cref="ProblemException">A template, and no tokenizer to go with it.</exception>
    public static IReadOnlyList<OutputFile> Of(string? donor, OutputVocabulary? vocabulary, string? chatTemplate, Place? place)
    {
        var folder = vocabulary is null ? donor : Path.GetDirectoryName(vocabulary.Origin.Path);
        var found = folder is null ? [] : Names.Where(n => File.Exists(Path.Combine(folder, n))).ToList();
        if (chatTemplate is not null && !found.Exists(n => n == TokenizerFile.FileName || ModelFiles.Contains(n)))
            throw new ProblemException("a chat template needs a tokenizer to go with", place, folder is null ? "no model of the merge is a folder" : $"{folder} has none", "remove chat_template");
        var changed = vocabulary is { Changed: true };
        var files = new List<OutputFile>();
        foreach (var name in found)
        {
            var path = Path.Combine(folder!, name);
            if (changed && name == TokenizerFile.FileName) files.Add(new OutputFile(name, null, TokenizerRewriter.Write(vocabulary!)));
            else if (changed && name == AddedTokens) files.Add(OutputFile.Text(name, TokenizerSettings.AddedIds(vocabulary!)));
            else if (name == TokenizerSettings.FileName && (changed || chatTemplate is not null))
                files.Add(OutputFile.Text(name, TokenizerSettings.Patch(path, changed ? vocabulary!.Added : null, chatTemplate)));
            else if (chatTemplate is not null && name is ChatTemplateFiles.Jinja or ChatTemplateFiles.Json) continue;
            else if (!(changed && vocabulary!.Origin.ModelStripped && ModelFiles.Contains(name))) files.Add(OutputFile.Copy(path));
        }
        if (chatTemplate is not null) files.Add(OutputFile.Text(ChatTemplateFiles.Jinja, chatTemplate));
        return files;
    }
}
