using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Shapes;

/// <summary>Text, of a pattern where one is given.</summary>
/// <param name="Pattern">What the whole text must match.</param>
/// <param name="PatternMeaning">The pattern in words.</param>
/// <param name="OrNumber">Whether editors accept an unquoted number, which reads as text here.</param>
sealed record TextShape(Regex? Pattern = null, string? PatternMeaning = null, bool OrNumber = false) : Shape
{
    public override string Wanted => "text";

    public override void Check(YamlNode node, string what)
    {
        if (node is not YamlScalar { IsNull: false } scalar) throw Wrong(node, what);
        if (scalar.Text.Length == 0) throw new ProblemException($"{what} is empty", node.Place, remedy: "write some text, or remove the key");
        if (Pattern is not null && !Pattern.IsMatch(scalar.Text))
            throw new ProblemException($"{what} cannot be '{scalar.Text}'", node.Place, $"it must be {PatternMeaning}", "choose another");
    }

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = OrNumber ? Texts(["string", "number"]) : "string" };
        if (Pattern is not null) schema["pattern"] = Pattern.ToString();
        return schema;
    }
}

/// <summary>One of a fixed set of words.</summary>
/// <param name="Words">The words.</param>
/// <param name="Noun">What a word names, for messages: "method"; null says "value of" its key.</param>
sealed record ChoiceShape(IReadOnlyList<string> Words, string? Noun = null) : Shape
{
    public override string Wanted => "text";

    public override void Check(YamlNode node, string what)
    {
        if (node is not YamlScalar { IsNull: false } scalar) throw Wrong(node, what);
        if (Words.Contains(scalar.Text, StringComparer.Ordinal)) return;
        var named = Noun is null ? $"value '{scalar.Text}' of {what}" : $"{Noun} '{scalar.Text}'";
        throw new ProblemException($"unknown {named}", node.Place, remedy: Suggestion.For(scalar.Text, Words));
    }

    public override JsonObject Schema() => new() { ["enum"] = Texts(Words) };
}

/// <summary>A number in a range, both ends included.</summary>
sealed record NumberShape(double Least = double.MinValue, double Most = double.MaxValue, bool Whole = false) : Shape
{
    public override string Wanted => Whole ? "a whole number" : "a number";

    public override void Check(YamlNode node, string what)
    {
        var value = YamlFields.Number(node, what, Least, Most);
        if (Whole && value != Math.Floor(value)) throw Wrong(node, what);
    }

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = Whole ? "integer" : "number" };
        if (Least > double.MinValue) schema["minimum"] = Least;
        if (Most < double.MaxValue) schema["maximum"] = Most;
        return schema;
    }
}

/// <summary>true or false, unquoted.</summary>
sealed record FlagShape : Shape
{
    public override string Wanted => "true or false";

    public override void Check(YamlNode node, string what)
    {
        if (node is not YamlScalar { Quoted: false, Text: "true" or "false" }) throw Wrong(node, what);
    }

    public override JsonObject Schema() => new() { ["type"] = "boolean" };
}
