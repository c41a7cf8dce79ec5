using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>
/// From a recipe and its opened models to a run of the merge engine. No architecture is looked up: layers are found by their numbers in
/// tensor names, and everything comes from headers and configs, so that a plan costs no reading of weights.
/// </summary>
public static class RecipePlanner
{
    /// <param name="recipe">What to merge.</param>
    /// <param name="models">Its models; must stay open until the run is over.</param>
    /// <param name="options">Seed, masks, threads, vocabulary.</param>
    /// <exception cref="ProblemException">The models do not go together, or the recipe asks for what they do not have.</exception>
    public static PlannedMerge Plan(Recipe recipe, OpenedModels models, PlanOptions options)
    {
        var names = TensorNames.Of([.. models.All.Select(m => m.Weights)]);
        var structures = models.All.Select((m, i) => new ModelStructure(m, names[i])).ToList();
        KeySets.Refuse(structures);
        var prefixes = structures.SelectMany(s => s.Stacks).Select(s => s.Prefix).Distinct().Order(StringComparer.Ordinal).ToList();
        var planner = new TensorPlanner(recipe, models, options);
        var modules = new SlicePlanner(recipe, structures, ModuleShape.Of(prefixes)).Plan();
        var roots = modules.Select(m => m.Module.Root).Where(r => r.Length > 0).ToList();
        var tensors = new List<TensorMerge>();
        foreach (var (module, slices) in modules)
        {
            AddLayers(tensors, planner, module, slices);
            AddLoose(tensors, planner, recipe, slices, [.. structures.SelectMany(s => s.Loose).Distinct().Where(n => IsOf(n, module, roots))]);
        }
        if (tensors.Count == 0) throw new ProblemException("nothing to merge", recipe.MethodPlace, "the slices name no layers and the models have no other tensors");
        tensors.Sort((a, b) => string.CompareOrdinal(a.Output.Name, b.Output.Name));
        FilterChecks.Refuse(recipe, [.. tensors.Select(t => t.Output.Name).Concat(names.SelectMany(n => n.All)).Distinct()], note => planner.Notes.Add(note));

        var run = new MergeRun
        {
            Tensors = tensors,
            Models = [.. models.All.Select(m => m.Reference.ToString())],
            Compat = recipe.Compat,
            Seed = options.Seed,
            Masks = options.Masks,
            Threads = options.Threads,
            Cancellation = options.Cancellation,
        };
        foreach (var note in recipe.Notes.Concat(planner.Notes)) run.Note(note);
        // As stored: readers may cast, and lay rows out for another vocabulary.
        var opened = models.All.ToList();
        var read = tensors.SelectMany(t => t.Inputs).DistinctBy(i => (i.Model, i.Name)).Sum(i => (opened[i.Model].Weights.Find(i.Name) ?? i.Reader.Tensor).Bytes);
        return new PlannedMerge(recipe, run, [.. modules.Select(m => Module(m.Module, m.Slices, structures[0]))], read, tensors.Sum(t => t.Output.Bytes));
    }

    static bool IsOf(string name, ModuleShape module, List<string> roots) => module.Root.Length > 0
        ? name.StartsWith(module.Root, StringComparison.Ordinal)
        : !roots.Exists(r => name.StartsWith(r, StringComparison.Ordinal));

    static void AddLayers(List<TensorMerge> tensors, TensorPlanner planner, ModuleShape module, IReadOnlyList<PlannedSlice> slices)
    {
        var at = 0;
        foreach (var slice in slices)
        {
            for (var layer = 0; layer < slice.Count; layer++, at++)
            {
                var rests = slice.Sources.SelectMany(s => s.Model.Rests(module.Prefix, s.Start + layer)).Distinct();
                foreach (var rest in rests)
                {
                    var sources = slice.Sources.Select(s => Tensor(s, LayerName.Join(module.Prefix, s.Start + layer, rest))).ToList();
                    if (planner.Plan(LayerName.Join(module.Prefix, at, rest), sources, slice.Levels, slice.Position(layer)) is { } tensor) tensors.Add(tensor);
                }
            }
        }
    }

    /// <summary>What stands before the layers belongs to the first slice, the rest to the last; gradients have their first knot there.</summary>
    static void AddLoose(List<TensorMerge> tensors, TensorPlanner planner, Recipe recipe, IReadOnlyList<PlannedSlice> slices, IReadOnlyList<string> names)
    {
        var (first, last) = (slices[0], slices[^1]);
        // As in mergekit: as many sources as the first slice has.
        var after = last.Sources.Take(first.Sources.Count).ToList();
        foreach (var name in names)
        {
            var before = TensorRoles.IsBefore(name);
            if (!before && after.Count < last.Sources.Count)
                planner.Notes.Add($"{recipe.Place}: {name} is merged from {string.Join(", ", after.Select(s => s.Reference))} alone: the first slice has {first.Sources.Count} of the last one's {last.Sources.Count} sources");
            var sources = (before ? first.Sources : after).Select(s => Tensor(s, name)).ToList();
            if (planner.Plan(name, sources, (before ? first : last).Levels, 0) is { } tensor) tensors.Add(tensor);
        }
    }

    static SourceTensor Tensor(PlannedSource source, string name) => new(source, name, source.Model.Find(name));

    static PlannedModule Module(ModuleShape module, IReadOnlyList<PlannedSlice> slices, ModelStructure donor)
    {
        if (module.Prefix.Length == 0) return new PlannedModule(module.Name, "", null, [], true);
        var layers = slices.SelectMany(s => Enumerable.Range(s.Sources[0].Start, s.Count).Select(l => new LayerOrigin(s.Sources[0].Reference, l))).ToList();
        var whole = layers.Count == donor.Layers(module.Prefix) && layers.Select((l, i) => l.Layer == i).All(same => same);
        return new PlannedModule(module.Name, module.Prefix, donor.ConfigKey(module.Prefix), layers, whole);
    }
}
