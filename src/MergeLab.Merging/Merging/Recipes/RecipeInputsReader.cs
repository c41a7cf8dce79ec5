using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Merging.Recipes;

/// <summary>YAML to what a recipe merges: models, slices or modules.</summary>
sealed class RecipeInputsReader(SettingReader settings)
{
    const int MostLayers = 100_000;

    public IReadOnlyList<RecipeModel> Models(YamlNode node)
    {
        var list = NotEmpty(node, "'models'", "list at least one model");
        var models = new List<RecipeModel>();
        foreach (var item in list.Items)
        {
            var fields = new YamlFields(item, "an entry of 'models'");
            var reference = ModelReference.Read(fields.Required("model"));
            var model = new RecipeModel(reference, settings.Read(fields.Optional("parameters"), "a model's 'parameters'", ofModel: true));
            fields.RefuseUnknown(new Dictionary<string, string> { ["layer_range"] = "'models' merges whole models; 'slices' takes ranges of layers" });
            RefuseTwin(models.Select(m => m.Reference), reference);
            models.Add(model);
        }
        return models;
    }

    public IReadOnlyList<RecipeSlice> Slices(YamlNode node) =>
        [.. NotEmpty(node, "'slices'", "list at least one slice").Items.Select(Slice)];

    public IReadOnlyList<RecipeModule> Modules(YamlNode node)
    {
        var map = node as YamlMap ?? throw WrongValue.Of("'modules'", "a mapping", node.Kind, node.Place);
        if (map.Entries.Count == 0) throw new ProblemException("'modules' is empty", node.Place, remedy: "name at least one module");
        return [.. map.Entries.Select(Module)];
    }

    RecipeModule Module(YamlEntry entry)
    {
        var fields = new YamlFields(entry.Value, $"the module '{entry.Key}'");
        var (models, slices) = (fields.Optional("models"), fields.Optional("slices"));
        if (models is null == slices is null)
            throw new ProblemException(models is null ? $"the module '{entry.Key}' has neither 'models' nor 'slices'" : $"the module '{entry.Key}' has both 'models' and 'slices'", entry.KeyPlace, remedy: "give exactly one of the two");
        var parameters = settings.Read(fields.Optional("parameters"), "a module's 'parameters'", ofModel: false);
        fields.RefuseUnknown();
        return new RecipeModule(entry.Key, models is null ? [] : Models(models), slices is null ? [] : Slices(slices), parameters, entry.KeyPlace);
    }

    RecipeSlice Slice(YamlNode node)
    {
        var fields = new YamlFields(node, "a slice");
        var sources = new List<SliceSource>();
        foreach (var item in NotEmpty(fields.Required("sources"), "'sources'", "list at least one source").Items)
        {
            var source = Source(item);
            RefuseTwin(sources.Select(s => s.Reference), source.Reference);
            if (sources.Count > 0 && sources[0].Layers.Count != source.Layers.Count)
                throw new ProblemException($"the sources of a slice have {sources[0].Layers.Count} and {source.Layers.Count} layers", source.Place,
                    $"{sources[0].Reference} {sources[0].Layers} and {source.Reference} {source.Layers}; layers are merged one by one", "give all sources of the slice ranges of one length");
            sources.Add(source);
        }
        var baseModel = fields.Optional("base_model") is { } named ? ModelReference.Read(named) : null;
        if (baseModel is not null && sources.TrueForAll(s => s.Reference != baseModel))
            throw new ProblemException($"the slice's base '{baseModel}' is not among its sources", baseModel.Place, "a slice takes layers from its sources alone", "add it to 'sources' with its layer_range");
        var slice = new RecipeSlice(sources, baseModel, settings.Read(fields.Optional("parameters"), "a slice's 'parameters'", ofModel: false), node.Place);
        fields.RefuseUnknown(new Dictionary<string, string> { ["residual_weight"] = "mergekit reads it and never uses it" });
        return slice;
    }

    SliceSource Source(YamlNode node)
    {
        var fields = new YamlFields(node, "a source of a slice");
        var reference = ModelReference.Read(fields.Required("model"));
        var range = Range(fields.Required("layer_range"));
        var parameters = settings.Read(fields.Optional("parameters"), "a source's 'parameters'", ofModel: true);
        fields.RefuseUnknown();
        return new SliceSource(reference, range, parameters, node.Place);
    }

    static LayerRange Range(YamlNode node)
    {
        if (node is not YamlList { Items: [var first, var second] })
            throw WrongValue.Of("'layer_range'", "a list of two whole numbers [start, end)", node is YamlList list ? $"a list of {list.Items.Count}" : node.Kind, node.Place);
        var (start, end) = (Layer(first), Layer(second));
        if (end < start)
            throw new ProblemException($"the layer_range [{start}, {end}] ends before it starts", node.Place, "the end is not included and is no Python index", "write the lower number first");
        return new LayerRange(start, end);
    }

    static int Layer(YamlNode node)
    {
        var value = node is YamlScalar { Quoted: false } scalar ? YamlNumber.Parse(scalar.Text) : null;
        if (value is < 0)
            throw new ProblemException($"a negative layer: {value}", node.Place, "layers count from 0, and -1 does not stand for the last", "write the number of the layer");
        return value is { } number && number == Math.Floor(number) && number <= MostLayers ? (int)number
            : throw WrongValue.Of("a layer", WrongValue.WholeNumber(0, MostLayers), node.Kind, node.Place);
    }

    static YamlList NotEmpty(YamlNode node, string what, string remedy)
    {
        var list = YamlFields.List(node, what);
        return list.Items.Count > 0 ? list : throw new ProblemException($"{what} is empty", node.Place, remedy: remedy);
    }

    static void RefuseTwin(IEnumerable<ModelReference> earlier, ModelReference reference)
    {
        if (earlier.FirstOrDefault(e => e == reference) is { } twin)
            throw new ProblemException($"model '{reference}' is listed twice", reference.Place, $"it stands already in line {twin.Place.Line}", "remove one of the two, or add their weights");
    }
}
