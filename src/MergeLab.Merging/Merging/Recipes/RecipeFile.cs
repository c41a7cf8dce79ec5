using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Merging.Recipes;

/// <summary>
/// A file of one recipe or several: documents separated by <c>---</c>, each but one with a <c>name</c>, by which others use its result as a
/// model (mergekit-multi). The order of the documents does not matter.
/// </summary>
/// <param name="Stages">Each after those it uses; the last is the one whose result is wanted.</param>
public sealed record RecipeFile(IReadOnlyList<Recipe> Stages)
{
    /// <summary>The recipe whose result is wanted: the one without a name, else the last of the file.</summary>
    public Recipe Final => Stages[^1];

    /// <exception cref="ProblemException">A mistake in a document; names that are missing, doubled or use each other in a circle.</exception>
    public static RecipeFile Read(string text, string file)
    {
        var documents = YamlReader.ReadDocuments(text, file);
        if (documents.Count == 0) throw new ProblemException("the file is empty", new Place(file), remedy: "write a recipe into it");
        var recipes = documents.Select(d => (Recipe: RecipeReader.Read(d, file), d.Place)).ToList();
        var unnamed = recipes.Where(r => r.Recipe.Name is null).ToList();
        if (unnamed.Count > 1)
            throw new ProblemException("more than one document without a name", unnamed[1].Place, "the file's result is that of the one without a name", "give each of the others a 'name:'");
        var byName = new Dictionary<string, Recipe>(StringComparer.Ordinal);
        foreach (var (recipe, place) in recipes)
            if (recipe.Name is { } name && !byName.TryAdd(name, recipe)) throw new ProblemException($"two documents are named '{name}'", place, remedy: "give each its own name");
        var final = unnamed.Count == 1 ? unnamed[0].Recipe : recipes[^1].Recipe;
        var order = new List<Recipe>();
        Visit(final, byName, order, []);
        var left = recipes.Select(r => r.Recipe).Except(order, ReferenceEqualityComparer.Instance).Cast<Recipe>().ToList();
        foreach (var recipe in left) Visit(recipe, byName, order, []);
        if (left.Count > 0)
        {
            order.Remove(final);
            order.Add(final);
        }
        return new RecipeFile(order);
    }

    /// <summary>The stages whose results a recipe uses.</summary>
    public static IEnumerable<Recipe> UsedBy(Recipe recipe, IEnumerable<Recipe> stages) =>
        stages.Where(s => s.Name is { } name && recipe.References.Any(r => r.Model == name));

    static void Visit(Recipe recipe, Dictionary<string, Recipe> byName, List<Recipe> order, List<Recipe> path)
    {
        if (order.Any(r => ReferenceEquals(r, recipe))) return;
        path.Add(recipe);
        foreach (var reference in recipe.References)
        {
            if (!byName.TryGetValue(reference.Model, out var used)) continue;
            if (path.FindIndex(p => ReferenceEquals(p, used)) is >= 0 and var from)
                throw new ProblemException("stages use each other in a circle", reference.Place, string.Join(" uses ", path.Skip(from).Select(p => p.Name).Append(used.Name)), "break the circle");
            Visit(used, byName, order, path);
        }
        path.RemoveAt(path.Count - 1);
        order.Add(recipe);
    }
}
