using System.Text.Json.Nodes;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Shapes;

/// <summary>Shapes told apart by whether the value is a scalar, a mapping or a list.</summary>
sealed record EitherShape(Shape? Scalar = null, Shape? Map = null, Shape? List = null) : Shape
{
    public override string Wanted => string.Join(" or ", Shapes.Select(s => s.Wanted));

    IEnumerable<Shape> Shapes => new[] { Scalar, Map, List }.OfType<Shape>();

    public override void Check(YamlNode node, string what)
    {
        var shape = node switch
        {
            YamlScalar { IsNull: true } => null,
            YamlScalar => Scalar,
            YamlMap => Map,
            _ => List,
        };
        (shape ?? throw Wrong(node, what)).Check(node, what);
    }

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray([.. Shapes.Select(s => (JsonNode)s.Schema())]) };
}
