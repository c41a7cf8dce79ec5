using System.Text.Json.Nodes;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Store;

public class StageKeyTests
{
    static StageKey Key(string kind = "merge", int version = 1, string parameters = """{"density":0.2}""", string input = "sha256:aa", string role = "base", string? runtime = null) =>
        new(kind, version, JsonNode.Parse(parameters)!.AsObject(), new Dictionary<string, string> { [role] = input, ["other"] = "sha256:bb" }, runtime);

    [Fact]
    public void Each_field_that_can_change_a_result_changes_the_key()
    {
        string[] hashes =
        [
            Key().Hash, Key(kind: "evaluate").Hash, Key(version: 2).Hash, Key(parameters: """{"density":0.3}""").Hash, Key(input: "sha256:ab").Hash,
            Key(role: "adapter").Hash, Key(runtime: "").Hash, Key(runtime: "libtorch 1.13").Hash, Key(parameters: "{}").Hash,
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void How_parameters_are_written_and_inputs_are_ordered_does_not()
    {
        var left = new StageKey("merge", 1, JsonNode.Parse("""{"a":1.0,"b":"x"}""")!.AsObject(), new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        var right = new StageKey("merge", 1, JsonNode.Parse("""{"b":"x","a":1}""")!.AsObject(), new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });
        Assert.Equal(left.Hash, right.Hash);
    }

    /// <summary>A change of this hash throws away every cache in the world: raise the schema when it must be. The hash was computed with sha256sum.</summary>
    [Fact]
    public void The_hash_is_that_of_the_canonical_text()
    {
        Assert.Equal("""{"codeVersion":1,"inputs":{"base":"sha256:aa","other":"sha256:bb"},"kind":"merge","parameters":{"density":0.2},"schema":1}""", CanonicalJson.Text(Key().Fields()));
        Assert.Equal("12c6bd01fdc083b43cf6883f404e0d7c7100f621ac557909f7d7272a4b3dd480", Key().Hash);
    }

    [Fact]
    public void Later_changes_to_the_parameters_leave_the_key_as_it_was()
    {
        var parameters = new JsonObject { ["a"] = 1 };
        var key = new StageKey("merge", 1, parameters, new Dictionary<string, string>());
        parameters["a"] = 2;
        Assert.Equal(1, key.Parameters["a"]!.GetValue<int>());
    }
}
