using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Store;

public class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":{"d":null,"c":true}}""", """{"a":{"c":true,"d":null},"b":1}""")]
    [InlineData("[1.0, 1e0, 10E-1, 1]", "[1,1,1,1]")]
    [InlineData("[0.1, 1e-1, 0.10, 0.1000000000000000055]", "[0.1,0.1,0.1,0.1]")]
    [InlineData("[1e21, 1e-7, -2.50]", "[1E+21,1E-07,-2.5]")]
    [InlineData("[18446744073709551615, 9007199254740993]", "[18446744073709551615,9007199254740993]")]
    [InlineData("[0, -0, 0.0, -0.0]", "[0,-0,0,-0]")]
    [InlineData("\"e\\u0301\"", "\"é\"")]
    [InlineData("""["</a>", "\u0041", "\t", "\""]""", """["</a>","A","\t","\""]""")]
    [InlineData("""{"ä":1,"a\u0308b":2,"Z":3,"a":4}""", """{"Z":3,"a":4,"ä":1,"äb":2}""")]
    public void Equal_values_have_one_text(string json, string expected) => Assert.Equal(expected, CanonicalJson.Text(JsonNode.Parse(json)));

    [Fact]
    public void Numbers_made_in_code_read_as_those_of_a_file()
    {
        var made = new JsonObject { ["f"] = 0.1f, ["d"] = 0.1, ["m"] = 0.10m, ["i"] = 3, ["l"] = 3L, ["w"] = 3.0, ["s"] = "x" };
        Assert.Equal("""{"d":0.1,"f":0.1,"i":3,"l":3,"m":0.1,"s":"x","w":3}""", CanonicalJson.Text(made));
    }

    [Fact]
    public void What_has_no_JSON_text_is_refused()
    {
        Assert.Contains("finite", Assert.Throws<ProblemException>(() => CanonicalJson.Text(new JsonObject { ["x"] = double.NaN })).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<ProblemException>(() => CanonicalJson.Text(new JsonObject { ["x"] = float.PositiveInfinity })).Message, StringComparison.Ordinal);
        Assert.Throws<ProblemException>(() => CanonicalJson.Text(JsonNode.Parse("1e999")));
        Assert.Throws<ProblemException>(() => CanonicalJson.Text(new JsonObject { ["x"] = "\ud800" }));
        Assert.Throws<ProblemException>(() => CanonicalJson.Text(new JsonObject { ["\u00e9"] = 1, ["e\u0301"] = 2 }));
    }

    [Fact]
    public void Endless_nesting_is_refused()
    {
        JsonNode node = new JsonArray();
        for (var i = 0; i < 100; i++) node = new JsonArray(node);
        Assert.Throws<ProblemException>(() => CanonicalJson.Text(node));
    }
}
