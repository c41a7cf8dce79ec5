using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Recipes;

/// <summary>YAML to a validated recipe. Every mistake that shows in the file is named with its line before any model is opened.</summary>
public static class RecipeReader
{
    static readonly string[] CompatModes = ["mergekit", "peft", "fusionbench", "paper"];
    static readonly string[] FloatTypes = ["float32", "float16", "bfloat16", "float64"];

    /// <summary>A file of one recipe.</summary>
    public static Recipe Read(string text, string file) => Read(YamlReader.Read(text, file), file);

    /// <summary>One document of a file.</summary>
    public static Recipe Read(YamlNode root, string file)
    {
        var fields = new YamlFields(root, "a recipe");
        var method = ReadMethod(fields);
        var compat = ReadCompat(fields, method);
        var notes = new List<string>();
        var settings = new SettingReader(method, compat, notes);
        var inputs = new RecipeInputsReader(settings);
        var (models, slices, modules) = (fields.Optional("models"), fields.Optional("slices"), fields.Optional("modules"));
        RefuseOtherThanOne(fields, models, slices, modules);
        var recipe = new Recipe
        {
            Place = new Place(file),
            Method = method,
            MethodPlace = fields.Required("merge_method").Place,
            Compat = compat,
            Name = fields.Text("name"),
            BaseModel = fields.Optional("base_model") is { } named ? ModelReference.Read(named) : null,
            Models = models is null ? [] : inputs.Models(models),
            Slices = slices is null ? [] : inputs.Slices(slices),
            Modules = modules is null ? [] : inputs.Modules(modules),
            Parameters = settings.Read(fields.Optional("parameters"), "'parameters'", ofModel: false),
            DType = ReadType(fields, "dtype"),
            OutDType = ReadType(fields, "out_dtype"),
            Tokenizer = TokenizerRequestReader.Tokenizer(fields),
            ChatTemplate = TokenizerRequestReader.ChatTemplate(fields),
            Output = fields.Choice("output", ["dense", "adapter"]) == "adapter" ? OutputForm.Adapter : OutputForm.Dense,
            Notes = notes,
        };
        fields.RefuseUnknown();
        recipe = recipe with { BaseModel = recipe.BaseModel ?? ImpliedBase(recipe) };
        RecipeChecks.Refuse(recipe);
        return recipe;
    }

    /// <summary>Adapters of one model have that model for a base, said or not.</summary>
    static ModelReference? ImpliedBase(Recipe recipe)
    {
        var method = recipe.Method;
        if (method.CountsBase || (method.Base != BaseUse.Required && method.LowRank is null) || recipe.References.Any(r => r.Adapter is null)) return null;
        var models = recipe.References.Select(r => r.Model).Distinct().ToList();
        return models.Count == 1 ? new ModelReference(models[0], null, recipe.References[0].Place) : null;
    }

    static void RefuseOtherThanOne(YamlFields fields, YamlNode? models, YamlNode? slices, YamlNode? modules)
    {
        var given = new[] { ("models", models), ("slices", slices), ("modules", modules) }.Where(g => g.Item2 is not null).ToList();
        if (given.Count == 1) return;
        throw given.Count == 0
            ? new ProblemException("a recipe without 'models', 'slices' or 'modules'", fields.Place, remedy: "add one of them: what is to be merged")
            : new ProblemException($"both '{given[0].Item1}' and '{given[1].Item1}'", given[1].Item2!.Place, "each says what is to be merged", "keep one of them");
    }

    static Method ReadMethod(YamlFields fields)
    {
        var node = fields.Required("merge_method");
        var name = YamlFields.Text(node, "'merge_method'");
        return MethodTable.Find(name)
            ?? throw new ProblemException($"unknown merge method '{Excerpt.Of(name)}'", node.Place, remedy: Suggestion.For(name, [.. MethodTable.All.Select(m => m.Name)]));
    }

    static string? ReadCompat(YamlFields fields, Method method)
    {
        if (fields.Choice("compat", CompatModes) is not { } mode) return null;
        if (method.Compat.Contains(mode)) return mode;
        var why = method.Compat.Count == 0 ? $"{method.Name} has no published variant that differs" : $"{method.Name} knows: {string.Join(", ", method.Compat)}";
        throw new ProblemException($"'compat: {mode}' does not apply to {method.Name}", fields.Optional("compat")!.Place, why, "remove the line");
    }

    static DType? ReadType(YamlFields fields, string key)
    {
        if (fields.Optional(key) is not { } node) return null;
        var name = YamlFields.Text(node, $"'{key}'");
        var plain = name.StartsWith("torch.", StringComparison.Ordinal) ? name[6..] : name;
        if (FloatTypes.Contains(plain, StringComparer.Ordinal) && DTypes.TryParseTorch(plain, out var type)) return type;
        throw new ProblemException($"unknown {key} '{Excerpt.Of(name)}'", node.Place, "weights are merged as floating-point numbers", $"write one of {string.Join(", ", FloatTypes)}");
    }
}
