using System.Globalization;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Planning;

/// <summary>Compares which tensors models have, before anything is made of them.</summary>
static class KeySets
{
    const int MostListed = 6;

    /// <summary>Every model must have what the first has: of the same number of layers name for name, of another layer for layer somewhere.</summary>
    /// <exception cref="ProblemException">Tensors that one model has and another lacks; both directions are listed.</exception>
    public static void Refuse(IReadOnlyList<ModelStructure> models)
    {
        var first = models[0];
        foreach (var other in models.Skip(1))
        {
            var same = first.Stacks.All(s => other.Layers(s.Prefix) == s.Count);
            var (left, right) = same ? (first.Names.All.ToHashSet(StringComparer.Ordinal), other.Names.All.ToHashSet(StringComparer.Ordinal)) : (Kinds(first), Kinds(other));
            var lacking = Lacking(left, right, other);
            var further = Lacking(right, left, first);
            if (lacking.Count + further.Count == 0) continue;
            var parts = new List<string>();
            if (lacking.Count > 0) parts.Add($"'{other.Reference}' lacks {Listed(lacking)}");
            if (further.Count > 0) parts.Add($"'{first.Reference}' lacks {Listed(further)}");
            throw new ProblemException($"'{first.Reference}' and '{other.Reference}' do not have the same tensors", other.Reference.Place, string.Join("; ", parts), "merge models of one shape, or fetch the incomplete one again");
        }
    }

    /// <summary>Names with the layer left open.</summary>
    static HashSet<string> Kinds(ModelStructure model) => model.Names.All
        .Select(n => LayerName.Split(n) is { } split && model.Layers(split.Prefix) > 0 ? $"{split.Prefix}.*.{split.Rest}" : n).ToHashSet(StringComparer.Ordinal);

    static List<string> Lacking(HashSet<string> wanted, HashSet<string> has, ModelStructure model) =>
        [.. wanted.Where(n => !has.Contains(n) && !TensorRoles.IsConstant(n) && model.Find(n) is null).Order(StringComparer.Ordinal)];

    static string Listed(List<string> names) =>
        string.Join(", ", names.Take(MostListed)) + (names.Count > MostListed ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - MostListed} more") : "");
}
