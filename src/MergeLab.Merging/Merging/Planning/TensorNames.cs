using MergeLab.Checkpoints;

namespace MergeLab.Merging.Planning;

/// <summary>
/// One model's tensors under the names that all models of a merge share: models come with and without the prefix of their class
/// (<c>transformer.h.0…</c>, <c>h.0…</c>), and old checkpoints call the weight and bias of a norm gamma and beta.
/// </summary>
sealed class TensorNames
{
    static readonly string[] Prefixes = ["model.", "transformer.", "roberta.", "bert.", "distilbert.", "electra.", "vit.", "language_model."];

    readonly Dictionary<string, string> stored;

    TensorNames(Dictionary<string, string> stored) => this.stored = stored;

    /// <summary>The shared names.</summary>
    public IReadOnlyCollection<string> All => stored.Keys;

    /// <summary>The name in the model's own file; null where the model lacks the tensor.</summary>
    public string? Stored(string name) => stored.GetValueOrDefault(name);

    /// <summary>In the order of the models.</summary>
    public static IReadOnlyList<TensorNames> Of(IReadOnlyList<WeightSource> models)
    {
        var modern = models.Select(m => Rename(m.Tensors.Select(t => t.Name), (name, own) => own.Contains(Modern(name)) ? name : Modern(name))).ToList();
        var all = modern.SelectMany(m => m.Keys).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. modern.Select(own =>
            {
                var longest = Rename(own.Keys, (name, has) => Longest(name, has, all));
                return new TensorNames(longest.ToDictionary(p => p.Key, p => own[p.Value], StringComparer.Ordinal));
            }),
        ];
    }

    /// <summary>From new names to old ones.</summary>
    static Dictionary<string, string> Rename(IEnumerable<string> names, Func<string, HashSet<string>, string> rename)
    {
        var own = names.ToHashSet(StringComparer.Ordinal);
        return own.ToDictionary(name => rename(name, own), StringComparer.Ordinal);
    }

    static string Modern(string name) => name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? name[..^"gamma".Length] + "weight"
        : name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? name[..^"beta".Length] + "bias"
        : name;

    /// <summary>The name with a prefix, where another model has it so and this one does not have both.</summary>
    static string Longest(string name, HashSet<string> own, HashSet<string> all) =>
        Prefixes.Select(p => p + name).FirstOrDefault(longer => all.Contains(longer) && !own.Contains(longer)) ?? name;
}
