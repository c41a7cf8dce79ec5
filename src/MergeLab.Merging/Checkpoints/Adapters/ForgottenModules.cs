using System.Text.RegularExpressions;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>
/// Modules that the config targets and the file leaves out although it has their like in other layers: an incomplete file, over which PEFT
/// passes with a warning. Modules of a kind that the file never adapts are no sign of damage: the base may hold towers or heads that the
/// trained model did not have.
/// </summary>
static partial class ForgottenModules
{
    /// <param name="config">The adapter's config.</param>
    /// <param name="adapted">Adapted modules: their paths, and the names of their weights in the base.</param>
    /// <param name="model">The base.</param>
    public static IEnumerable<string> Find(AdapterConfig config, IEnumerable<(string Path, string Weight)> adapted, WeightSource model)
    {
        if (!config.HasTargets) yield break;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pathOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, weight) in adapted)
        {
            seen.Add(weight);
            // Both names must bear the same numbers for one to be told from the other.
            if (Numbers(path).SequenceEqual(Numbers(weight))) pathOf.TryAdd(Kind(weight), path);
        }
        foreach (var tensor in model.Tensors)
        {
            if (seen.Contains(tensor.Name) || !pathOf.TryGetValue(Kind(tensor.Name), out var like)) continue;
            var numbers = Numbers(tensor.Name);
            var next = 0;
            var path = Number().Replace(like, _ => numbers[next++]);
            if (config.Targets(path)) yield return path;
        }
    }

    static string Kind(string name) => Number().Replace(name, "#");

    static string[] Numbers(string name) => [.. Number().Matches(name).Select(m => m.Value)];

    /// <summary>A part of a path that is a number: a layer or an expert.</summary>
    [GeneratedRegex(@"(?<=^|\.)[0-9]+(?=\.|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
