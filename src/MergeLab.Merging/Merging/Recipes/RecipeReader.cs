using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Median;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Recipes;

/// <summary>YAML to a validated recipe. Every mistake is named with its line before any model is opened.</summary>
public static class RecipeReader
{
    static readonly string[] CompatModes = ["mergekit", "peft", "fusionbench", "paper"];

    static readonly Dictionary<string, string> MergekitKeys = new()
    {
        ["slices"] = "layer ranges cannot be merged yet; 'models' merges whole models",
        ["modules"] = "models of several modules cannot be merged yet; 'models' merges whole models",
        ["out_dtype"] = "'dtype' sets the type of the written tensors",
        ["tokenizer_source"] = "the base model's tokenizer is copied",
        ["tokenizer"] = "the base model's tokenizer is copied",
        ["chat_template"] = "the base model's template is copied",
    };

    public static Recipe Read(string text, string file)
    {
        var root = YamlReader.Read(text, file);
        var fields = new YamlFields(root, "a recipe");
        var method = ReadMethod(fields);
        var models = ReadModels(fields.Required("models"), method);
        var baseModel = fields.Optional("base_model") is { } named ? ModelReference.Read(named) : null;
        var dtype = ReadDType(fields);
        var output = fields.Choice("output", ["dense", "adapter"]) == "adapter" ? OutputForm.Adapter : OutputForm.Dense;
        var compat = ReadCompat(fields, method);
        var parameters = fields.Optional("parameters");
        fields.RefuseUnknown(MergekitKeys);

        var settings = parameters is null ? null : new YamlFields(parameters, "'parameters'");
        var granularity = Granularity.Matrix;
        var peftScale = compat != "paper";
        PaperWeiszfeld? paper = compat == "paper" ? new PaperWeiszfeld() : null;
        if (settings is not null)
        {
            RefuseWithout(compat, parameters!, method);
            if (Has(method, "lora_scale") && settings.Choice("lora_scale", ["peft", "none"]) is { } scale) peftScale = scale == "peft";
            if (Has(method, "granularity") && settings.Choice("granularity", ["matrix", "module", "model"]) is { } word) granularity = Enum.Parse<Granularity>(word, ignoreCase: true);
            if (paper is not null)
                paper = new PaperWeiszfeld(settings.Number("epsilon", 0, 1) ?? paper.Epsilon, settings.WholeNumber("max_iterations", 1, 1_000_000) ?? paper.MaxIterations);
            settings.RefuseUnknown(PerModelOnly(method));
        }
        return new Recipe(new Place(file), method, models, baseModel, granularity, peftScale, paper, dtype, output);
    }

    static bool Has(Method method, string parameter) => method.Parameters.Any(p => p.Name == parameter);

    static Dictionary<string, string> PerModelOnly(Method method) =>
        method.Parameters.Where(p => p.PerModel).ToDictionary(p => p.Name, _ => "it is set for each model, in 'parameters' under the model");

    static Method ReadMethod(YamlFields fields)
    {
        var node = fields.Required("merge_method");
        var name = YamlFields.Text(node, "'merge_method'");
        return MethodTable.Find(name)
            ?? throw new ProblemException($"unknown merge method '{name}'", node.Place, remedy: Suggestion.For(name, [.. MethodTable.All.Select(m => m.Name)]));
    }

    static string? ReadCompat(YamlFields fields, Method method)
    {
        if (fields.Choice("compat", CompatModes) is not { } mode) return null;
        if (method.Compat.Contains(mode)) return mode;
        var why = method.Compat.Count == 0 ? $"{method.Name} has no published variant that differs" : $"{method.Name} knows: {string.Join(", ", method.Compat)}";
        throw new ProblemException($"'compat: {mode}' does not apply to {method.Name}", fields.Optional("compat")!.Place, why, "remove the line");
    }

    static void RefuseWithout(string? compat, YamlNode parameters, Method method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.OnlyWith is not { } mode || mode == compat || (parameters as YamlMap)?.Find(parameter.Name) is not { } entry) continue;
            throw new ProblemException($"'{parameter.Name}' has no use here", entry.KeyPlace, $"only 'compat: {mode}' stops by it; the exact median needs no limit", $"remove it, or add 'compat: {mode}'");
        }
    }

    static DType? ReadDType(YamlFields fields)
    {
        if (fields.Optional("dtype") is not { } node) return null;
        var name = YamlFields.Text(node, "'dtype'");
        if (DTypes.TryParseTorch(name, out var type) && type.IsFloat()) return type;
        throw new ProblemException($"unknown dtype '{name}'", node.Place, remedy: Suggestion.For(name, ["float32", "float16", "bfloat16", "float64"]));
    }

    static List<RecipeModel> ReadModels(YamlNode node, Method method)
    {
        var list = YamlFields.List(node, "'models'");
        if (list.Items.Count == 0) throw new ProblemException("'models' is empty", node.Place, remedy: "list at least one model");
        var models = new List<RecipeModel>();
        foreach (var item in list.Items)
        {
            var model = ReadModel(item, method);
            if (models.Find(m => m.Reference.ToString() == model.Reference.ToString()) is { } twin)
                throw new ProblemException($"model '{model.Reference}' is listed twice", model.Reference.Place, $"it stands already in line {twin.Reference.Place.Line}", "remove one, or give it a weight");
            models.Add(model);
        }
        if (models.TrueForAll(m => m.Weight == 0)) throw new ProblemException("every model has weight 0", node.Place, remedy: "give at least one a weight above 0");
        return models;
    }

    static RecipeModel ReadModel(YamlNode item, Method method)
    {
        var fields = new YamlFields(item, "an entry of 'models'");
        var reference = ModelReference.Read(fields.Required("model"));
        var weight = 1.0;
        if (fields.Optional("parameters") is { } node)
        {
            var settings = new YamlFields(node, "a model's 'parameters'");
            if (Has(method, "weight")) weight = settings.Number("weight", 0, 1e100) ?? weight;
            settings.RefuseUnknown(method.Parameters.Where(p => !p.PerModel)
                .ToDictionary(p => p.Name, _ => "it is set once for the whole merge, in the recipe's 'parameters'"));
        }
        fields.RefuseUnknown();
        return new RecipeModel(reference, weight);
    }
}
