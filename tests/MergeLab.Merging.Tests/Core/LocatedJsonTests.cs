using System.Text;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Json;

namespace MergeLab.Merging.Tests.Core;

/// <summary>JSON files are untrusted: what is wrong with them is said with line and column, and their cost is bounded.</summary>
public class LocatedJsonTests
{
    [Fact]
    public void Values_and_keys_know_their_line_and_their_column_in_characters()
    {
        var root = Parse("{\n  \"ü😀\": [1,\n \"é\", {\"b\\\"\": null}]}");
        var list = root.Get("ü😀");
        Assert.Equal((new Place("f.json", 2, 3), new Place("f.json", 2, 10)), (list.KeyPlace, list.Place));
        var (one, text, inner) = (list.Items().First(), list.Items().ElementAt(1), list.Items().Last());
        Assert.Equal(new Place("f.json", 3, 15), inner["b\""]!.Value.Place);
        Assert.Equal(new Place("f.json", 3, 2), text.Place); // places asked for backwards
        Assert.Equal(new Place("f.json", 2, 11), one.Place);
        Assert.Equal(new Place("f.json", 3, 8), inner.Properties().Single().Value.KeyPlace);
    }

    [Fact]
    public void A_byte_order_mark_is_no_character() => Assert.Equal(new Place("f.json", 1, 2), Parse("\uFEFF[7]").Items().Single().Place);

    [Theory]
    [InlineData("{\"a\": 1,\n \"b\": 2, \"\\u0061\": 3}", 2, 10)]
    [InlineData("{\"x\": {\"a\": 1, \"a\": 2}}", 1, 16)]
    [InlineData("[{\"0\":0,\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,\"10\":0,\"11\":0,\"12\":0,\"13\":0,\"5\":0}]", 1, 91)]
    public void A_key_that_occurs_twice_is_refused_where_it_stands_the_second_time(string json, int line, int column)
    {
        var problem = Refused(() => Parse(json));
        Assert.Contains("occurs twice", problem.What, StringComparison.Ordinal);
        Assert.Contains("already in line 1", problem.Why, StringComparison.Ordinal);
        Assert.Equal(new Place("f.json", line, column), problem.Where);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\"a\": 1} x", 1, 10)]
    [InlineData("[1,\n2,]", 2, 3)]
    [InlineData("[1,\n /* c */ 2]", 2, 2)]
    [InlineData("[\"é\", nul]", 1, 10)]
    [InlineData("[\"a\u0001\"]", 1, 4)]
    [InlineData("{\"a\"", 1, 5)]
    public void Broken_syntax_gives_the_place(string json, int line, int column)
    {
        var problem = Refused(() => Parse(json));
        Assert.Equal("not valid JSON", problem.What);
        Assert.Equal(new Place("f.json", line, column), problem.Where);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_with_their_place() =>
        Assert.Equal(new Place("f.json", 2, 3), Refused(() => LocatedJson.Parse([.. "[\n\"é"u8, 0xC3, .. "\"]"u8], "f.json")).Where);

    [Fact]
    public void Half_a_surrogate_pair_is_refused_when_it_is_read() =>
        Assert.Contains("'[0]' is not valid Unicode", Refused(() => Parse("[\"\\ud83d\"]").Items().Single().AsString()).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void Endless_nesting_is_refused(string opening) =>
        Assert.Contains("depth", Refused(() => Parse(string.Concat(Enumerable.Repeat(opening, 100_000)))).Why, StringComparison.Ordinal);

    [Fact]
    public void As_many_levels_as_are_allowed_are_read() =>
        Assert.True(Parse(new string('[', LocatedJson.MaximumDepth) + new string(']', LocatedJson.MaximumDepth)).IsArray);

    [Fact]
    public void A_file_of_very_many_values_is_refused()
    {
        var zeros = new byte[2 * LocatedJson.MaximumValues + 1]; // one value too many, with the list itself
        for (var i = 0; i < zeros.Length; i++) zeros[i] = (byte)(i % 2 == 0 ? ',' : '0');
        (zeros[0], zeros[^1]) = ((byte)'[', (byte)']');
        Assert.Contains("more than 4000000 JSON values", Refused(() => LocatedJson.Parse(zeros, "f.json")).What, StringComparison.Ordinal);
        zeros[^2] = zeros[^3] = (byte)' ';
        Assert.Equal(LocatedJson.MaximumValues - 1, LocatedJson.Parse(zeros, "f.json").Root.Items().Count());
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("7.0", 7)]
    [InlineData("7e0", 7)]
    [InlineData("-0", 0)]
    public void A_whole_number_may_be_written_in_any_way(string json, int value) => Assert.Equal(value, Parse(json).AsInt());

    [Theory]
    [InlineData("11", "11")]
    [InlineData("-1", "-1")]
    [InlineData("2.5", "2.5")]
    [InlineData("1e400", "1e400")]
    [InlineData("\"7\"", "\"7\"")]
    [InlineData("null", "null")]
    [InlineData("{}", "an object")]
    public void What_is_no_whole_number_of_the_range_is_refused_with_its_path(string json, string found)
    {
        var item = Parse($"{{\"a\": {{\"b\": [0, {json}]}}}}").Get("a").Get("b").Items().Last();
        var problem = Refused(() => item.AsInt(0, 10));
        Assert.Equal($"'a.b[1]' must be a whole number from 0 to 10, not {found}", problem.What);
        Assert.Equal(new Place("f.json", 1, 17), problem.Where);
    }

    [Fact]
    public void Numbers_beyond_their_range_and_words_for_numbers_are_refused()
    {
        Assert.Equal(0.25, Parse("2.5e-1").AsNumber(0, 1));
        Assert.Contains("must be a number from 0 to 1", Refused(() => Parse("1.5").AsNumber(0, 1)).What, StringComparison.Ordinal);
        Assert.Contains("must be a number", Refused(() => Parse("1e999").AsNumber(0, double.MaxValue)).What, StringComparison.Ordinal);
        Assert.Contains("must be true or false", Refused(() => Parse("1").AsBool()).What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_word_comes_with_the_nearest_known_one()
    {
        var act = Parse("""{"act": "geul"}""").Get("act");
        var problem = Refused(() => act.AsOneOf("relu", "gelu"));
        Assert.Equal(("unknown value 'geul' of 'act'", "did you mean 'gelu'?"), (problem.What, problem.Remedy));
        Assert.Equal(JsonKind.List, Parse("\"List\"").AsOneOf<JsonKind>());
    }

    [Fact]
    public void Null_counts_as_absent_only_for_those_who_want_it_so()
    {
        var root = Parse("""{"a": {"b": null}}""").Get("a");
        Assert.Null(root.Find("b"));
        Assert.True(root["b"]!.Value.IsNull);
        Assert.Contains("'a.b' is missing", Refused(() => root.Get("b")).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_are_found_in_objects_of_any_size()
    {
        foreach (var members in new[] { 0, 1, 12, 13, 5_000 })
        {
            var root = Parse($"{{{string.Join(',', Enumerable.Range(0, members).Select(i => $"\"k{i}\": {{\"v\": {i}}}"))}}}");
            Assert.Equal(Enumerable.Range(0, members), Enumerable.Range(0, members).Select(i => root.Get($"k{i}").Get("v").AsInt()));
            Assert.Equal(members, root.Properties().Count());
            Assert.Equal(members == 0, root.IsEmpty);
            Assert.Null(root.Find("k"));
        }
    }

    [Fact]
    public void Strings_are_read_as_they_are_meant() =>
        Assert.Equal(["a/\n\"", "é😀", ""], Parse("""["a\/\n\"", "\u00e9😀", ""]""").Items().Select(i => i.AsString()));

    [Fact]
    public void Files_that_are_missing_too_long_or_no_files_are_named()
    {
        using var scratch = new ScratchFolder();
        Assert.Equal("no such file", Refused(() => JsonFile.Read(scratch.File("none", "a.json"))).What);
        Assert.Contains("at most 1,000", Refused(() => JsonFile.Read(scratch.Write("a.json", new string(' ', 2_000)), 1_000)).Why, StringComparison.Ordinal);
        var folder = Refused(() => JsonFile.Read(scratch.Path));
        Assert.Equal(("the file cannot be read", scratch.Path), (folder.What, folder.Where!.File));
    }

    static JsonCursor Parse(string json) => LocatedJson.Parse(Encoding.UTF8.GetBytes(json), "f.json").Root;

    static Problem Refused(Action action) => Assert.Throws<ProblemException>(action).Problem;
}
