using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Merging.Recipes;

/// <summary>A model as recipes name it: <c>base</c> or <c>base+adapter</c>, each a folder.</summary>
/// <param name="Model">Folder of the model.</param>
/// <param name="Adapter">Folder of a LoRA adapter on it, or null.</param>
/// <param name="Place">Where the recipe says so.</param>
public sealed record ModelReference(string Model, string? Adapter, Place Place)
{
    public override string ToString() => Adapter is null ? Model : $"{Model}+{Adapter}";

    /// <summary>Reads mergekit's two forms: text, or a mapping with <c>model</c> and <c>lora</c> (which allows '+' and '@' in paths).</summary>
    public static ModelReference Read(YamlNode node)
    {
        if (node is not YamlMap) return Parse(YamlFields.Text(node, "a model"), node.Place);
        var fields = new YamlFields(node, "a model reference");
        var model = Path(fields.Required("model"));
        var lora = fields.Optional("lora") is { } lower ? Path(lower) : null;
        fields.RefuseUnknown(new Dictionary<string, string> { ["override_architecture"] = "names come from the checkpoint, no architecture is looked up" });
        return new ModelReference(model, lora, node.Place);
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

    static string Path(YamlNode node)
    {
        if (node is not YamlMap) return YamlFields.Text(node, "a path");
        var fields = new YamlFields(node, "a path");
        var path = YamlFields.Text(fields.Required("path"), "'path'");
        fields.RefuseUnknown(new Dictionary<string, string> { ["revision"] = "models are read from local folders only" });
        return path;
    }
}
