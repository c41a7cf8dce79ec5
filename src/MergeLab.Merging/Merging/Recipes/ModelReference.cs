using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Merging.Recipes;

/// <summary>A model as recipes name it: <c>base</c> or <c>base+adapter</c>, each a folder. Equal where the names are.</summary>
/// <param name="Model">Folder of the model, or name of another stage.</param>
/// <param name="Adapter">Folder of a LoRA adapter on it, or null.</param>
/// <param name="Place">Where the recipe says so.</param>
public sealed record ModelReference(string Model, string? Adapter, Place Place)
{
    /// <summary>The architecture to take it for, in place of what its config says; null believes the config.</summary>
    public string? Architecture { get; init; }

    public override string ToString() => Adapter is null ? Model : $"{Model}+{Adapter}";

    public bool Equals(ModelReference? other) => other is not null && Model == other.Model && Adapter == other.Adapter;

    public override int GetHashCode() => HashCode.Combine(Model, Adapter);

    /// <summary>Reads mergekit's two forms: text, or a mapping with <c>model</c> and <c>lora</c> (which allows '+' and '@' in paths).</summary>
    public static ModelReference Read(YamlNode node)
    {
        if (node is not YamlMap) return Parse(Path(node), node.Place);
        var fields = new YamlFields(node, "a model reference");
        var model = ReadPath(fields.Required("model"));
        var lora = fields.Optional("lora") is { } lower ? ReadPath(lower) : null;
        var architecture = fields.Text("override_architecture");
        fields.RefuseUnknown();
        return new ModelReference(model, lora, node.Place) { Architecture = architecture };
    }

    static ModelReference Parse(string text, Place place)
    {
        var parts = text.Split('+');
        if (parts.Length > 2)
            throw new ProblemException($"'{text}' names more than one adapter", place, "'+' joins one model and one adapter", "write {model: {path: …}, lora: {path: …}} where a path contains '+'");
        if (parts.FirstOrDefault(p => p.Contains('@', StringComparison.Ordinal)) is { } revision)
            throw new ProblemException($"'{revision}' asks for a revision", place, "models are read from local folders only", "download it and give its folder");
        if (parts.Any(string.IsNullOrWhiteSpace))
            throw new ProblemException($"'{text}' has an empty path", place, remedy: "write base or base+adapter");
        return new ModelReference(parts[0], parts.Length == 2 ? parts[1] : null, place);
    }

    static string ReadPath(YamlNode node)
    {
        if (node is not YamlMap) return Path(node);
        var fields = new YamlFields(node, "a path");
        var path = Path(fields.Required("path"));
        if (fields.Optional("revision") is { } revision)
            throw new ProblemException("a revision is asked for", revision.Place, "models are read from local folders only", "download it and give its folder");
        fields.RefuseUnknown();
        return path;
    }

    /// <summary>A bare number is more likely a slip than a folder.</summary>
    static string Path(YamlNode node)
    {
        var text = YamlFields.Text(node, "a model");
        if (node is YamlScalar { Quoted: false } && YamlNumber.Parse(text) is not null)
            throw new ProblemException($"a model must be a path, not the number {text}", node.Place, remedy: $"write the model's folder; if it is called so, '{text}' in quotes");
        return text.Length > 0 ? text : throw new ProblemException("a model with an empty path", node.Place, remedy: "write the model's folder");
    }
}
