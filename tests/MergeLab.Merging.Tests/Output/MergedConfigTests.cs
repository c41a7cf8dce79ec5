using System.Text.Json.Nodes;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Output;

namespace MergeLab.Merging.Tests.Output;

public sealed class MergedConfigTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Unknown_keys_numbers_and_their_order_stay()
    {
        const string config = """{"zeta":1e-06,"rope":{"theta":10000.0,"big":1000000000000000019884624838656},"vocab_size":7,"alpha":null,"ä":"<é>"}""";
        Assert.Equal(config.Replace("7", "9", StringComparison.Ordinal), Written(config, new ConfigChanges { VocabSize = 9 }));
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"dtype":"bfloat16"}""")]
    [InlineData("""{"torch_dtype":"float32","a":1}""", """{"torch_dtype":"bfloat16","a":1}""")]
    [InlineData("""{"dtype":"float32","torch_dtype":"float32"}""", """{"dtype":"bfloat16","torch_dtype":"bfloat16"}""")]
    [InlineData("""{"dtype":"float32","vision_config":{"dtype":"float32"}}""", """{"dtype":"bfloat16","vision_config":{"dtype":"bfloat16"}}""")]
    public void The_type_is_stated_under_the_key_that_is_there(string before, string after) =>
        Assert.Equal(after, Written(before, new ConfigChanges { DType = DType.BF16 }));

    [Theory]
    [InlineData("""{"text_config":{"vocab_size":5}}""", """{"text_config":{"vocab_size":9}}""")]
    [InlineData("""{"vocab_size":5,"text_config":{"vocab_size":5}}""", """{"vocab_size":9,"text_config":{"vocab_size":5}}""")]
    [InlineData("""{"a":1}""", """{"a":1,"vocab_size":9}""")]
    public void The_vocabulary_is_counted_where_the_config_counts_it(string before, string after) =>
        Assert.Equal(after, Written(before, new ConfigChanges { VocabSize = 9 }));

    [Theory]
    [InlineData("""{"tie_word_embeddings":true}""", """{"tie_word_embeddings":false}""")]
    [InlineData("""{"text_config":{"tie_word_embeddings":true}}""", """{"text_config":{"tie_word_embeddings":false},"tie_word_embeddings":false}""")]
    public void Untied_is_said_wherever_tied_was(string before, string after) =>
        Assert.Equal(after, Written(before, new ConfigChanges { Untie = true }));

    [Fact]
    public void Lists_by_layer_follow_the_layers_and_their_models()
    {
        var first = scratch.Write("first.json", """{"num_hidden_layers": 3, "layer_types": ["a", "b", "c"], "mlp_only_layers": [0, 2], "architectures": ["x", "y", "z"]}""");
        var second = scratch.Write("second.json", """{"num_hidden_layers": 2, "layer_types": ["d", "e"], "mlp_only_layers": [1]}""");
        var changes = Layers("num_hidden_layers", new ConfigLayer(first, 2), new ConfigLayer(second, 1), new ConfigLayer(first, 1), new ConfigLayer(first, 2));
        Assert.Equal("""{"num_hidden_layers":4,"layer_types":["c","e","b","c"],"mlp_only_layers":[0,1,3],"architectures":["x","y","z"]}""", Compact(MergedConfig.Write(first, changes)));
    }

    [Fact]
    public void Layers_of_a_part_are_counted_in_its_section()
    {
        var config = scratch.Write("config.json", """{"num_hidden_layers": 2, "text_config": {"num_hidden_layers": 2, "layer_types": ["a", "b"]}}""");
        var changes = Layers("text_config.num_hidden_layers", new ConfigLayer(config, 1));
        Assert.Equal("""{"num_hidden_layers":2,"text_config":{"num_hidden_layers":1,"layer_types":["b"]}}""", Compact(MergedConfig.Write(config, changes)));
    }

    [Fact]
    public void A_list_by_layer_of_unknown_meaning_is_refused_rather_than_left_wrong()
    {
        var config = scratch.Write("config.json", """{"n_layer": 2, "novel_layer_things": [1, 2]}""");
        var problem = Assert.Throws<ProblemException>(() => MergedConfig.Write(config, Layers("n_layer", new ConfigLayer(config, 1)))).Problem;
        Assert.Contains("novel_layer_things", problem.What, StringComparison.Ordinal);
        Assert.Equal(config, problem.Where!.File);
    }

    [Fact]
    public void A_layer_beyond_its_models_list_is_refused()
    {
        var config = scratch.Write("config.json", """{"n_layer": 2, "layer_types": ["a", "b"]}""");
        var other = scratch.Write("other.json", """{"n_layer": 2}""");
        Assert.Throws<ProblemException>(() => MergedConfig.Write(config, Layers("n_layer", new ConfigLayer(other, 1))));
        Assert.Throws<ProblemException>(() => MergedConfig.Write(config, Layers("n_layer", new ConfigLayer(config, 2))));
    }

    [Fact]
    public void Token_ids_move_alone_and_in_lists() => Assert.Equal(
        """{"bos_token_id":5,"eos_token_id":[6,2],"pad_token_id":null,"sep_token_id":null,"vocab_size":1}""",
        Written("""{"bos_token_id":1,"eos_token_id":[3,4,2],"pad_token_id":null,"sep_token_id":4,"vocab_size":1}""",
            new ConfigChanges { TokenIds = new Dictionary<int, int?> { [1] = 5, [3] = 6, [4] = null } }));

    [Fact]
    public void Slices_of_a_model_with_a_list_by_layer_make_a_config_that_fits_them()
    {
        const string recipe = """
            slices:
              - sources: [{model: models/qwen2-base, layer_range: [0, 2]}]
              - sources: [{model: models/qwen2-a, layer_range: [0, 2]}]
            merge_method: passthrough
            base_model: models/qwen2-base
            """;
        RecipeRun.Write(recipe, scratch.File("merged"));
        var config = JsonNode.Parse(File.ReadAllText(scratch.File("merged", "config.json")))!;
        Assert.Equal(4, (int)config["num_hidden_layers"]!);
        Assert.Equal(4, config["layer_types"]!.AsArray().Count);
    }

    static ConfigChanges Layers(string key, params ConfigLayer[] layers) => new() { Layers = new Dictionary<string, IReadOnlyList<ConfigLayer>> { [key] = layers } };

    string Written(string config, ConfigChanges changes) => Compact(MergedConfig.Write(scratch.Write("config.json", config), changes));

    static string Compact(string json) => string.Concat(json.Split('\n').Select(l => l.TrimStart())).Replace("\": ", "\":", StringComparison.Ordinal);
}
