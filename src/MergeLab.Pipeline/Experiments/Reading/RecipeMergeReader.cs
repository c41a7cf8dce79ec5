using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Recipes;

namespace MergeLab.Experiments.Reading;

/// <summary>The recipes of an experiment: files in mergekit's form, each a merge named as its file.</summary>
static class RecipeMergeReader
{
    const long MostBytes = 16L << 20;

    public static IReadOnlyList<RecipeMerge> Read(YamlNode? node, FolderPaths paths, IReadOnlyCollection<string> sets)
    {
        var recipes = new List<RecipeMerge>();
        foreach (var item in node.Items())
        {
            var recipe = Read(item, paths.Absolute(item));
            if (sets.Contains(recipe.Name) || recipes.Exists(r => r.Name == recipe.Name))
                throw new ProblemException($"'{recipe.Name}' is the name of two recipes, or of a recipe and a set", item.Place, "a recipe is named as its file", "rename one of them");
            recipes.Add(recipe);
        }
        return recipes;
    }

    static RecipeMerge Read(YamlNode item, string path)
    {
        if (!File.Exists(path)) throw new ProblemException($"no such recipe: '{item.Text()}'", item.Place, remedy: "give a recipe file, relative to the experiment's folder");
        if (new FileInfo(path).Length > MostBytes) throw new ProblemException("the file is too large for a recipe", new Place(path));
        var text = File.ReadAllText(path);
        var file = RecipeFile.Read(text, path);
        var models = file.Final.References.Count(r => r != file.Final.BaseModel);
        var name = Path.GetFileNameWithoutExtension(path);
        Shapes.Patterns.NameText.Check(new YamlScalar(name, Quoted: true, item.Place), "the name of a recipe's file");
        return new RecipeMerge(name, file.Final.Method.Name, models, text, [.. RecipePaths.Of(file).Select(p => RecipePaths.Beside(p, path))], item.Place)
        {
            IsAdapter = file.Final.Output == OutputForm.Adapter,
            Compat = file.Final.Compat,
        };
    }
}
