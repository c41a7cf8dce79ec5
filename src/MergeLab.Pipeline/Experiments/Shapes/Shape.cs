using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Shapes;

/// <summary>
/// What a YAML value may look like. One description serves the reader, which checks a file with it before taking values out, and the
/// JSON schema that editors use.
/// </summary>
abstract record Shape
{
    /// <summary>What is wanted, for messages: "text", "a list".</summary>
    public abstract string Wanted { get; }

    /// <param name="node">The value.</param>
    /// <param name="what">What it is, for messages: "'limit'", "an entry of 'tables'".</param>
    /// <exception cref="ProblemException">The value has another shape; names its line and column.</exception>
    public abstract void Check(YamlNode node, string what);

    /// <summary>The same as JSON schema (draft 2020-12).</summary>
    public abstract JsonObject Schema();

    protected ProblemException Wrong(YamlNode node, string what) =>
        new($"{what} must be {Wanted}, not {node.Kind}", node.Place, remedy: $"write {Wanted}");

    protected static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
