using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Merging.Tests.Core;

public class YamlReaderTests
{
    [Fact]
    public void Values_remember_where_they_stand()
    {
        var map = (YamlMap)YamlReader.Read("a: 1\nlist:\n  - x\n  - {b: y}\n", "f.yml");
        var item = (YamlMap)((YamlList)map.Find("list")!.Value).Items[1];
        Assert.Equal(new Place("f.yml", 4, 9), item.Find("b")!.Value.Place);
    }

    [Fact]
    public void Quoted_text_is_no_null_and_no_number()
    {
        var map = (YamlMap)YamlReader.Read("a: 'null'\nb: null\nc: '1'", "f.yml");
        var fields = new YamlFields(map, "a test");
        Assert.Equal("null", fields.Text("a"));
        Assert.Null(fields.Text("b"));
        Assert.Contains("must be a number", Refused(() => fields.Number("c", 0, 1)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_duplicate_key_names_both_lines()
    {
        var problem = Refused(() => YamlReader.Read("a: 1\nb: 2\na: 3\n", "f.yml"));
        Assert.Equal(3, problem.Where!.Line);
        Assert.Contains("line 1", problem.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [1, 2\nb: 3\n")]
    [InlineData("a: b: c\n")]
    [InlineData("a: *nowhere\n")]
    [InlineData("? [1]\n: 2\n")]
    public void Broken_syntax_gives_the_line(string text) => Assert.NotNull(Refused(() => YamlReader.Read(text, "f.yml")).Where!.Line);

    [Fact]
    public void A_bomb_of_aliases_is_refused_without_expanding_it()
    {
        var lines = new List<string> { "a0: &a0 [x, x, x, x, x, x, x, x, x, x]" };
        for (var i = 1; i < 20; i++) lines.Add($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        Assert.Contains("aliases are expanded", Refused(() => YamlReader.Read(string.Join('\n', lines), "f.yml")).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_nesting_is_refused() =>
        Assert.Contains("levels deep", Refused(() => YamlReader.Read(new string('[', 100_000), "f.yml")).Why, StringComparison.Ordinal);

    [Fact]
    public void An_anchor_may_be_used_again()
    {
        var map = (YamlMap)YamlReader.Read("a: &x {w: 1}\nb: *x\n", "f.yml");
        Assert.Same(map.Find("a")!.Value, map.Find("b")!.Value);
    }

    [Theory]
    [InlineData("a: &x {w: 1, v: 2}\nb: {v: 3, <<: *x}\n", "v:3 w:1")]
    [InlineData("a: &x {w: 1}\nb:\n  <<: *x\n  v: 3\n", "v:3 w:1")]
    [InlineData("a: &x {w: 1}\nc: &y {w: 2, u: 4}\nb: {<<: [*x, *y]}\n", "u:4 w:1")]
    [InlineData("b: {'<<': 1}\n", "<<:1")]
    public void A_merge_key_adds_what_is_not_set(string text, string expected)
    {
        var map = (YamlMap)((YamlMap)YamlReader.Read(text, "f.yml")).Find("b")!.Value;
        Assert.Equal(expected, string.Join(' ', map.Entries.Select(e => $"{e.Key}:{((YamlScalar)e.Value).Text}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_merge_key_without_a_mapping_is_refused() =>
        Assert.Equal(2, Refused(() => YamlReader.Read("a: &x 1\nb: {<<: *x}\n", "f.yml")).Where!.Line);

    [Theory]
    [InlineData("densty: 1", "density")]
    [InlineData("Weight: 1", "weight")]
    public void An_unknown_key_comes_with_the_nearest_known_one(string text, string nearest)
    {
        var fields = new YamlFields(YamlReader.Read(text, "f.yml"), "a test");
        _ = fields.Optional("density");
        _ = fields.Optional("weight");
        Assert.Equal($"did you mean '{nearest}'?", Refused(() => fields.RefuseUnknown()).Remedy);
    }

    static Problem Refused(Action action) => Assert.Throws<ProblemException>(action).Problem;
}
