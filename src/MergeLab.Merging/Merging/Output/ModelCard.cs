using System.Globalization;
using System.Text;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Output;

/// <summary>A weight file, by the name the recipe gives its model.</summary>
public sealed record CardFile(string Name, long Bytes, string? Sha256);

/// <summary>
/// The <c>README.md</c> of a merged model, for people and model hubs. It holds nothing of the machine or the hour, so that a merge writes the
/// same bytes each time.
/// </summary>
public sealed record ModelCard
{
    public const string FileName = "README.md";

    /// <summary>The folder's name.</summary>
    public required string Title { get; init; }

    public required Method Method { get; init; }

    /// <summary>As the recipe writes it; null where there is none.</summary>
    public required string? Base { get; init; }

    /// <summary>As the recipe writes them, in order of mention, the base first.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>The recipe, verbatim.</summary>
    public required string Recipe { get; init; }

    public required IReadOnlyList<CardFile> Inputs { get; init; }
    public required IReadOnlyList<CardFile> Outputs { get; init; }
    public required int Tensors { get; init; }
    public required long Parameters { get; init; }

    /// <summary>Types of the written tensors, as safetensors names them.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>What the user should know of the merge.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public string Write()
    {
        var card = new StringBuilder();
        // Models of the local disk have no name on a hub.
        card.Append("---\nbase_model: []\nlibrary_name: transformers\ntags:\n- mergelab\n- merge\n---\n");
        card.Append(CultureInfo.InvariantCulture, $"# {Title}\n\nA merge of language models, made with MergeLab.\n\n## Merge Details\n### Merge Method\n\n");
        card.Append(CultureInfo.InvariantCulture, $"`{Method.Name}`: {Method.Title}");
        if (Base is not null && !BaseIsAModel) card.Append(CultureInfo.InvariantCulture, $", with {Base} as the base");
        card.Append(Method.Source == "-" ? ".\n" : $". Source: {Method.Source}.\n");
        card.Append("\n### Models Merged\n\n");
        var merged = Models.Where(m => m != Base || BaseIsAModel).ToList();
        card.Append(merged.Count == 0 ? "Only the base.\n" : merged.Count < Models.Count ? "Beside the base, in order of mention:\n\n" : "In order of mention:\n\n");
        foreach (var model in merged) card.Append(CultureInfo.InvariantCulture, $"* {model}\n");
        card.Append("\n### Configuration\n\n");
        var fence = new string('`', Math.Max(3, LongestRun(Recipe, '`') + 1));
        card.Append(CultureInfo.InvariantCulture, $"{fence}yaml\n{Recipe}{(Recipe.EndsWith('\n') ? "" : "\n")}{fence}\n\n");
        card.Append(CultureInfo.InvariantCulture, $"{Tensors} tensors, {Parameters} parameters, {Outputs.Sum(f => f.Bytes)} bytes in {Outputs.Count} file{(Outputs.Count == 1 ? "" : "s")}, {string.Join(" and ", Types)}.\n");
        if (Notes.Count > 0)
        {
            card.Append("\nNotes of the merge:\n\n");
            foreach (var note in Notes) card.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        }
        card.Append("\n<details><summary>Weight files</summary>\n\n| file | bytes | SHA-256 |\n|---|---|---|\n");
        foreach (var file in Inputs) card.Append(CultureInfo.InvariantCulture, $"| read: {Cell(file.Name)} | {file.Bytes} | {file.Sha256 ?? "-"} |\n");
        foreach (var file in Outputs) card.Append(CultureInfo.InvariantCulture, $"| written: {Cell(file.Name)} | {file.Bytes} | {file.Sha256 ?? "-"} |\n");
        return card.Append("\n</details>\n").ToString();
    }

    /// <summary>Spherical interpolation has two ends alike; its base only says which of them t = 0 is.</summary>
    bool BaseIsAModel => Method.Name == "slerp";

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    static int LongestRun(string text, char of)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text) longest = Math.Max(longest, run = c == of ? run + 1 : 0);
        return longest;
    }
}
