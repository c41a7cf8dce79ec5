namespace MergeLab.Merging.Recipes;

/// <summary>Where the models that a recipe names lie.</summary>
public static class RecipePaths
{
    /// <summary>Folders and files of a recipe file that are no results of its own stages: models, adapters and tokenizers, each once, in order of mention.</summary>
    public static IReadOnlyList<string> Of(RecipeFile file)
    {
        var stages = file.Stages.Select(s => s.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. file.Stages.SelectMany(s => s.Tokenizer?.Model is { } tokenizer ? s.References.Append(tokenizer) : s.References)
                .SelectMany(r => r.Adapter is null ? new[] { r.Model } : [r.Model, r.Adapter])
                .Where(p => !stages.Contains(p)).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// The path itself where it is absolute; else in the recipe's folder, or the nearest folder above it that has it, so that a repository's recipes
    /// work from anywhere; the path itself where none has.
    /// </summary>
    public static string Beside(string path, string recipe)
    {
        if (Path.IsPathRooted(path)) return path;
        for (var folder = Path.GetDirectoryName(Path.GetFullPath(recipe)); folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Combine(folder, path) is var found && (Directory.Exists(found) || File.Exists(found))) return found;
        return path;
    }
}
