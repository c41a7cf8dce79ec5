using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Shapes;

/// <summary>A list of values of one shape; no two equal scalars.</summary>
/// <param name="Item">Shape of each.</param>
/// <param name="Least">Fewest items.</param>
sealed record ListShape(Shape Item, int Least = 1) : Shape
{
    /// <summary>Keeps checks that compare every entry with every other one short.</summary>
    public const int Most = 10_000;

    public override string Wanted => "a list";

    public override void Check(YamlNode node, string what)
    {
        if (node is not YamlList list) throw Wrong(node, what);
        if (list.Items.Count > Most) throw new ProblemException($"{what} has {list.Items.Count} entries", node.Place, $"more than {Most} are not read", "split the experiment");
        if (list.Items.Count < Least) throw new ProblemException($"{what} is empty", node.Place, remedy: "list at least one, or remove the key");
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            Item.Check(item, $"an entry of {what}");
            if (item is YamlScalar scalar && !seen.TryAdd(scalar.Text, item.Place))
                throw new ProblemException($"'{scalar.Text}' is listed twice in {what}", item.Place, $"it stands already in line {seen[scalar.Text].Line}", "remove one of the two");
        }
    }

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Item.Schema(), ["uniqueItems"] = true };
        if (Least > 0) schema["minItems"] = Least;
        return schema;
    }
}
