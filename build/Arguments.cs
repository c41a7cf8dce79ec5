using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Build;

/// <summary>What was typed after <c>dotnet cake</c>, less what Cake takes for itself.</summary>
/// <param name="values">Each name with its values in order; a switch has none, or an empty one.</param>
public sealed class Arguments(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> values)
{
    /// <summary>Arguments that belong to the run, not to a target. Cake passes its own switch on to scripts.</summary>
    static readonly string[] Always = ["target", "invalidate-script-cache"];

    readonly Dictionary<string, IReadOnlyList<string>> values = new(values, StringComparer.OrdinalIgnoreCase);

    /// <summary>The last value given, as later arguments override earlier ones.</summary>
    public string? Last(string name) => values.TryGetValue(name, out var all) && all.Count > 0 && all[^1].Length > 0 ? all[^1] : null;

    /// <summary>Every value given, in order.</summary>
    public IReadOnlyList<string> All(string name) => values.TryGetValue(name, out var all) ? all : [];

    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>A switch is on when it is there and not "false".</summary>
    public bool IsOn(string name) => Has(name) && !string.Equals(Last(name), "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>The targets asked for, as the table spells them; all of them must exist.</summary>
    public IReadOnlyList<Target> Targets(IReadOnlyList<Target> table, string standard)
    {
        IEnumerable<string> names = values.TryGetValue("target", out var asked) && asked.Count > 0 ? asked : [standard];
        return [.. names.Select(name => table.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ProblemException($"unknown target '{name}'", remedy: Suggestion.For(name, [.. table.Select(t => t.Name)])))];
    }

    /// <summary>Cake ignores arguments nobody reads, so a mistyped flag would silently do something else: every one must belong to a target of this run.</summary>
    public void Check(IReadOnlyList<Target> table, IEnumerable<Target> asked)
    {
        var run = asked.SelectMany(t => WithNeeds(t, table)).Distinct().ToList();
        var known = run.SelectMany(t => t.Flags).DistinctBy(f => f.Name).ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var name in values.Keys)
        {
            // Cake's configuration (--settings_verbosity=...) is the only thing with an underscore in it.
            if (Always.Contains(name, StringComparer.OrdinalIgnoreCase) || name.Contains('_', StringComparison.Ordinal)) continue;
            if (!known.TryGetValue(name, out var flag)) throw Unknown(name, table, run, [.. known.Keys]);
            if (flag.Value is not null && Last(name) is null)
                throw new ProblemException($"--{name} has no value", remedy: $"write {flag}");
        }
        foreach (var flag in known.Values.Where(f => f.IsRequired && Last(f.Name) is null))
            throw new ProblemException($"{flag} is missing", remedy: $"--{flag.Name}: {flag.Description}");
    }

    static ProblemException Unknown(string name, IReadOnlyList<Target> table, List<Target> run, string[] known)
    {
        var owners = table.Where(t => t.Flags.Any(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))).Select(t => t.Name).ToList();
        var ran = string.Join(", ", run.Select(t => t.Name));
        if (owners.Count > 0) return new($"--{name} does not belong to {ran}", remedy: $"it is a flag of {string.Join(", ", owners)}");
        return new($"unknown argument --{name}", remedy: known.Length > 0
            ? Suggestion.For(name, [.. known, "target"])
            : Suggestion.Closest(name, Always) is { } near ? $"did you mean '{near}'?" : $"{ran} takes no arguments; --target=Help lists them all");
    }

    static IEnumerable<Target> WithNeeds(Target target, IReadOnlyList<Target> table) =>
        target.Needs.SelectMany(need => WithNeeds(table.First(t => t.Name == need), table)).Append(target);
}
