using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    const string First = "model-00001-of-00002.safetensors";
    const string Second = "model-00002-of-00002.safetensors";

    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Two_shards_are_one_model()
    {
        Shards("""{"metadata":{"total_size":8},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        using var model = Checkpoint.Open(scratch.Path);
        Assert.Equal(["a", "b"], model.Tensors.Select(t => t.Name));
        Assert.EndsWith(Second, model.Find("b")!.File, StringComparison.Ordinal);
        var value = new float[1];
        model.Reader("b").Read(0, value);
        Assert.Equal(2f, value[0]);
        Assert.Null(model.Find("c"));
        Assert.Throws<ProblemException>(() => model.Reader("c"));
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00001-of-00002.safetensors"}}""", "no shard holds")]
    [InlineData("""{"weight_map":{"a":"model-00002-of-00002.safetensors","b":"model-00001-of-00002.safetensors"}}""", "wrong shard")]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00003-of-00002.safetensors"}}""", "model-00003-of-00002.safetensors is missing")]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors","c":"model-00001-of-00002.safetensors"}}""", "no shard holds")]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"../model-00002-of-00002.safetensors"}}""", "not a safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"/etc/passwd"}}""", "not a safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":7}}""", "not a string")]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","a":"model-00001-of-00002.safetensors"}}""", "occurs twice")]
    [InlineData("""{"weight_map":[]}""", "no weight_map")]
    [InlineData("""[]""", "no weight_map")]
    [InlineData("""{"weight_map":{""", "not valid JSON")]
    public void An_index_that_disagrees_with_its_shards_is_refused(string index, string what)
    {
        Shards(index);
        var e = Assert.Throws<ProblemException>(() => Checkpoint.Open(scratch.Path).Dispose());
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(Checkpoint.IndexFile, e.Problem.Where!.File, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_the_index_forgets_are_named()
    {
        Tensor(First, "a", 1);
        Tensor(Second, "b", 2);
        Tensor("model-00003-of-00002.safetensors", "c", 3);
        scratch.Write(Checkpoint.IndexFile, """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        Checkpoint.Open(scratch.Path).Dispose();
        Tensors(Second, ["b", "forgotten"]);
        Assert.Contains("forgotten", Assert.Throws<ProblemException>(() => Checkpoint.Open(scratch.Path).Dispose()).Message, StringComparison.Ordinal);
        Tensors(Second, ["b", "a"]);
        Assert.Contains("also in model-00001", Assert.Throws<ProblemException>(() => Checkpoint.Open(scratch.Path).Dispose()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin", "safe_serialization")]
    [InlineData("notes.txt", "model.safetensors.index.json")]
    [InlineData("odd.safetensors", "odd.safetensors")]
    [InlineData("adapter_model.safetensors", "BASE+ADAPTER")]
    public void A_folder_without_readable_weights_says_what_to_do(string file, string named)
    {
        scratch.Write(file, "");
        Assert.Contains(named, Assert.Throws<ProblemException>(() => Checkpoint.Open(scratch.Path).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_path_is_named() =>
        Assert.Equal(scratch.File("no"), Assert.Throws<ProblemException>(() => Checkpoint.Open(scratch.File("no"))).Problem.Where!.File);

    [Theory]
    [InlineData("""{"n": 1e400}""", 1, 7)]
    [InlineData("{\n  \"n\": 2.5\n}", 2, 8)]
    [InlineData("{\n\n  \"n\": \"12\"\n}", 3, 8)]
    [InlineData("{\"n\": -1}", 1, 7)]
    [InlineData("{\"n\": 1000000000000}", 1, 7)]
    public void An_absurd_number_in_a_config_is_refused_with_its_line(string json, int line, int column)
    {
        var config = ModelConfig.Read(scratch.Write("config.json", json));
        var e = Assert.Throws<ProblemException>(() => config.GetInt("n", 1, 1 << 20));
        Assert.Equal((line, column), (e.Problem.Where!.Line!.Value, e.Problem.Where.Column!.Value));
    }

    [Fact]
    public void Configs_are_read_by_kind()
    {
        var config = ModelConfig.Read(scratch.Write("config.json", """{"n": 12, "f": 1e-6, "b": true, "t": "gelu", "l": ["a", "b"], "i": [1, 2], "s": {"type": "yarn"}, "z": null}"""));
        Assert.Equal(12, config.GetInt("n", 1, 100));
        Assert.Equal(1e-6, config.GetNumber("f", 0, 1));
        Assert.True(config.GetBool("b", false));
        Assert.Equal("gelu", config.GetChoice("t", "relu", "relu", "gelu"));
        Assert.Equal(["a", "b"], config.GetTexts("l"));
        Assert.Equal([1, 2], config.GetInts("i", 0, 9));
        Assert.Equal("yarn", config.GetSection("s")!.GetText("type"));
        Assert.False(config.Has("z"));
        Assert.Equal(7, config.GetInt("z", 0, 9, absent: 7));
        Assert.Contains("s.kind", Assert.Throws<ProblemException>(() => config.GetSection("s")!.GetText("kind")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a": 1, "a": 2}""")]
    [InlineData("""{"a": NaN}""")]
    [InlineData("""{"a": 1} x""")]
    [InlineData("[1, 2]")]
    [InlineData("")]
    public void A_config_that_is_not_one_JSON_object_is_refused(string json) =>
        Assert.Throws<ProblemException>(() => ModelConfig.Read(scratch.Write("config.json", json)));

    [Fact]
    public void Deep_configs_are_refused() =>
        Assert.Throws<ProblemException>(() => ModelConfig.Read(scratch.Write("config.json", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))));

    void Shards(string index)
    {
        Tensor(First, "a", 1);
        Tensor(Second, "b", 2);
        scratch.Write(Checkpoint.IndexFile, index);
    }

    void Tensor(string file, string name, float value) => File.WriteAllBytes(scratch.File(file),
        SafetensorsBytes.Of(System.Text.Encoding.UTF8.GetBytes($$$"""{"{{{name}}}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""), BitConverter.GetBytes(value)));

    void Tensors(string file, string[] names) => File.WriteAllBytes(scratch.File(file), SafetensorsBytes.Of(
        $"{{{string.Join(',', names.Select((n, i) => $$$"""  "{{{n}}}":{"dtype":"F32","shape":[1],"data_offsets":[{{{4 * i}}},{{{4 * i + 4}}}]}""".Trim()))}}}", 4 * names.Length));
}
