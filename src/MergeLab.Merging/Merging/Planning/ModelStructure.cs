using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>A part of a model that recipes can merge on its own: a stack of layers and what belongs to it, or what belongs to none.</summary>
/// <param name="Name">As recipes write it.</param>
/// <param name="Prefix">What stands before the layers' numbers; empty for a module without layers.</param>
/// <param name="Root">Beginning of all names in it; empty: every name that no other module has.</param>
sealed record ModuleShape(string Name, string Prefix, string Root)
{
    public const string Default = "default";
    public const string Shared = "shared";

    /// <summary>One module for each stack, named by the first part in which their prefixes differ, and one for what is outside of all.</summary>
    public static IReadOnlyList<ModuleShape> Of(IReadOnlyList<string> prefixes)
    {
        if (prefixes.Count <= 1) return [new ModuleShape(Default, prefixes.Count == 0 ? "" : prefixes[0], "")];
        var parts = prefixes.Select(p => p.Split('.')).ToList();
        var depth = 0;
        while (parts.TrueForAll(p => p.Length > depth + 1 && p[depth] == parts[0][depth])) depth++;
        var distinct = parts.Select(p => p[Math.Min(depth, p.Length - 1)]).Distinct().Count() == parts.Count;
        var modules = prefixes.Select((prefix, i) => distinct
            ? new ModuleShape(parts[i][depth], prefix, string.Join('.', parts[i].Take(depth + 1)) + ".")
            : new ModuleShape(prefix, prefix, prefix + ".")).ToList();
        return [.. modules, new ModuleShape(Shared, "", "")];
    }
}

/// <summary>One model seen through the shared names: its stacks, and which tensors each layer has.</summary>
sealed class ModelStructure
{
    readonly Dictionary<string, LayerStack> stacks;
    readonly Dictionary<(string Prefix, int Layer), List<string>> rests = [];
    readonly List<string> loose = [];

    public ModelStructure(OpenedModel model, TensorNames names)
    {
        Model = model;
        Names = names;
        if (LayerStack.Missing(names.All, model.Weights.Config) is { } gap)
            throw new ProblemException($"'{model.Reference}' lacks layer {gap.Layer} of {gap.Prefix}", model.Reference.Place, "its config.json counts it, and later layers are there", "fetch the model again");
        stacks = LayerStack.Find(names.All, model.Weights.Config).ToDictionary(s => s.Prefix, StringComparer.Ordinal);
        foreach (var name in names.All)
        {
            if (LayerName.Split(name) is not { } split || !stacks.ContainsKey(split.Prefix))
            {
                loose.Add(name);
                continue;
            }
            if (!rests.TryGetValue((split.Prefix, split.Layer), out var list)) rests.Add((split.Prefix, split.Layer), list = []);
            list.Add(split.Rest);
        }
    }

    public OpenedModel Model { get; }

    public TensorNames Names { get; }

    public ModelReference Reference => Model.Reference;

    public IReadOnlyCollection<LayerStack> Stacks => stacks.Values;

    /// <summary>Names outside of all stacks.</summary>
    public IReadOnlyList<string> Loose => loose;

    /// <summary>Layers of a stack; 0 without it.</summary>
    public int Layers(string prefix) => stacks.TryGetValue(prefix, out var stack) ? stack.Count : 0;

    public string? ConfigKey(string prefix) => stacks.GetValueOrDefault(prefix)?.ConfigKey;

    /// <summary>Names of a layer's tensors after its number.</summary>
    public IReadOnlyList<string> Rests(string prefix, int layer) => rests.TryGetValue((prefix, layer), out var list) ? list : [];

    /// <summary>The name in the model's file of a tensor, or of one that stands in for it; null where it has neither.</summary>
    public string? Find(string name) => Names.Stored(name) ?? (TensorRoles.Lender(name, Names.All) is { } lender ? Names.Stored(lender) : null);
}
