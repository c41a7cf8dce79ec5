namespace MergeLab.Merging.Engine;

/// <summary>Parameters of a method at one place, validated against the method table: numbers, flags and words by name.</summary>
public sealed class MethodSettings(IReadOnlyDictionary<string, object> values)
{
    /// <summary>Nothing set.</summary>
    public static MethodSettings None { get; } = new(new Dictionary<string, object>());

    public double Number(string name) => (double)values[name];

    /// <summary>Null where the parameter has no default and nobody set it.</summary>
    public double? NumberOrNull(string name) => values.TryGetValue(name, out var value) ? (double)value : null;

    public bool Flag(string name) => (bool)values[name];

    public string Word(string name) => (string)values[name];

    /// <summary>Whether the parameter has a value.</summary>
    public bool Has(string name) => values.ContainsKey(name);
}
