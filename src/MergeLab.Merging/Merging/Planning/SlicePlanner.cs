using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>Brings a recipe's models, slices or modules into one form: slices of each module of the result.</summary>
sealed class SlicePlanner(Recipe recipe, IReadOnlyList<ModelStructure> models, IReadOnlyList<ModuleShape> modules)
{
    /// <exception cref="ProblemException">Modules that do not exist or are left out; ranges beyond the layers there are; models of other depth.</exception>
    public IReadOnlyList<(ModuleShape Module, IReadOnlyList<PlannedSlice> Slices)> Plan()
    {
        if (recipe.Slices.Count > 0)
        {
            if (modules.Count > 1)
                throw new ProblemException("'slices' do not say which stack of layers they are of", recipe.Slices[0].Place, $"the models have {Listed()}", "put them under 'modules', one entry for each");
            return [(modules[0], Slices(recipe.Slices, modules[0], [recipe.Parameters]))];
        }
        if (recipe.Modules.Count == 0) return [.. modules.Select(m => (m, (IReadOnlyList<PlannedSlice>)[Whole(recipe.Models, m, [recipe.Parameters])]))];
        RefuseUnknown();
        return [.. modules.Select(shape => (shape, OfModule(recipe.Modules.First(m => m.Name == shape.Name), shape)))];
    }

    void RefuseUnknown()
    {
        var names = modules.Select(m => m.Name).ToList();
        foreach (var module in recipe.Modules)
            if (!names.Contains(module.Name)) throw new ProblemException($"the models have no module '{module.Name}'", module.Place, $"they have {Listed()}", Suggestion.For(module.Name, names));
        if (names.FirstOrDefault(n => recipe.Modules.All(m => m.Name != n)) is { } absent)
            throw new ProblemException($"the module '{absent}' is left out", recipe.Modules[0].Place, $"the models have {Listed()}; the result would be no whole model", $"add '{absent}:' under 'modules'");
    }

    IReadOnlyList<PlannedSlice> OfModule(RecipeModule module, ModuleShape shape)
    {
        IReadOnlyList<ParameterSettings> levels = [module.Parameters, recipe.Parameters];
        return module.Models.Count > 0 ? [Whole(module.Models, shape, levels)] : Slices(module.Slices, shape, levels);
    }

    /// <summary>All layers of whole models; a base that is not listed joins them as the last.</summary>
    PlannedSlice Whole(IReadOnlyList<RecipeModel> listed, ModuleShape shape, IReadOnlyList<ParameterSettings> levels)
    {
        var all = listed.ToList();
        if (recipe.BaseModel is { } named && all.TrueForAll(m => m.Reference != named)) all.Add(new RecipeModel(named, ParameterSettings.None));
        var sources = all.Select(m => new PlannedSource(Structure(m.Reference), 0, m.Parameters, IsBase(m.Reference, recipe.BaseModel))).ToList();
        var count = sources[0].Model.Layers(shape.Prefix);
        if (shape.Prefix.Length > 0 && sources.Find(s => s.Model.Layers(shape.Prefix) != count) is { } other)
            throw new ProblemException($"'{sources[0].Reference}' has {count} layers, '{other.Reference}' {other.Model.Layers(shape.Prefix)}", other.Reference.Place, $"'models' merges {shape.Prefix} layer by layer", "choose layers with 'slices'");
        return new PlannedSlice(sources, count, levels);
    }

    IReadOnlyList<PlannedSlice> Slices(IReadOnlyList<RecipeSlice> slices, ModuleShape shape, IReadOnlyList<ParameterSettings> outer)
    {
        if (slices.All(s => s.Sources[0].Layers.Count == 0))
            throw new ProblemException("the slices have no layers", slices[0].Place, "an empty layer_range only chooses whose embeddings, norm and head are taken", "add a slice with layers");
        return [.. slices.Select(slice => new PlannedSlice([.. slice.Sources.Select(s => Source(s, slice, shape))], slice.Sources[0].Layers.Count, [slice.Parameters, .. outer]))];
    }

    PlannedSource Source(SliceSource source, RecipeSlice slice, ModuleShape shape)
    {
        var model = Structure(source.Reference);
        var count = model.Layers(shape.Prefix);
        if (source.Layers.End > count)
            throw new ProblemException($"layer_range {source.Layers} goes beyond the {count} layers of '{source.Reference}'", source.Place, "the end is not included", $"end at {count} or before");
        return new PlannedSource(model, source.Layers.Start, source.Parameters, IsBase(source.Reference, slice.BaseModel ?? recipe.BaseModel));
    }

    bool IsBase(ModelReference reference, ModelReference? baseModel) =>
        reference == baseModel && !recipe.Method.CountsBase && recipe.Method.Base != BaseUse.Refused;

    ModelStructure Structure(ModelReference reference) => models.First(m => m.Reference == reference);

    string Listed() => modules.Count == 1 ? $"one module, {modules[0].Name}" : $"the modules {string.Join(", ", modules.Select(m => m.Name))}";
}
