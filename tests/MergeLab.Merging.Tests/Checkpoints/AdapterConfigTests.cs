using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Which modules a config means, by the rules recorded from PEFT.</summary>
public sealed class AdapterConfigTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    // A list: the name itself, or a suffix after a dot.
    [InlineData("""{"target_modules": ["q_proj"]}""", "model.layers.0.self_attn.q_proj", true)]
    [InlineData("""{"target_modules": ["q_proj"]}""", "q_proj", true)]
    [InlineData("""{"target_modules": ["proj"]}""", "model.layers.0.self_attn.q_proj", false)]
    [InlineData("""{"target_modules": ["layers.0.self_attn.q_proj"]}""", "model.layers.10.self_attn.q_proj", false)]
    // A string: the whole path.
    [InlineData("""{"target_modules": "q_proj"}""", "model.q_proj", false)]
    [InlineData("""{"target_modules": ".*q_proj"}""", "model.q_proj", true)]
    [InlineData("""{"target_modules": "(?P<a>.*)q_proj|x"}""", "model.q_proj", true)]
    [InlineData("""{"target_modules": "(?!.*visual).*\\.(q|v)_proj"}""", "model.visual.q_proj", false)]
    [InlineData("""{"target_modules": "(?!.*visual).*\\.(q|v)_proj"}""", "model.text.q_proj", true)]
    [InlineData("""{"target_modules": "all-linear"}""", "anything.at.all", true)]
    // Exclusion wins.
    [InlineData("""{"target_modules": ["q_proj"], "exclude_modules": ["layers.1.q_proj"]}""", "model.layers.1.q_proj", false)]
    [InlineData("""{"target_modules": ["q_proj"], "exclude_modules": ".*\\.1\\..*"}""", "model.layers.1.q_proj", false)]
    [InlineData("""{"target_modules": ["q_proj"], "exclude_modules": ["q"]}""", "model.layers.1.q_proj", true)]
    // Layers.
    [InlineData("""{"target_modules": ["q"], "layers_to_transform": 0}""", "encoder.block.0.layer.1.q", true)]
    [InlineData("""{"target_modules": ["q"], "layers_to_transform": [1]}""", "encoder.block.0.layer.1.q", false)]
    [InlineData("""{"target_modules": ["q"], "layers_to_transform": [1], "layers_pattern": "layer"}""", "encoder.block.0.layer.1.q", true)]
    [InlineData("""{"target_modules": ["q"], "layers_to_transform": [1], "layers_pattern": ["none", "layer"]}""", "encoder.block.0.layer.1.q", true)]
    [InlineData("""{"target_modules": ["q"], "layers_to_transform": [0], "layers_pattern": "h"}""", "encoder.block.0.layer.1.q", false)]
    [InlineData("""{"target_modules": ["q"], "layers_to_transform": []}""", "encoder.q", true)]
    [InlineData("""{"target_modules": ["q"], "layers_to_transform": [0]}""", "encoder.q", false)]
    public void A_config_targets_the_modules_PEFT_would_adapt(string settings, string path, bool expected) =>
        Assert.Equal(expected, Read(settings).Targets(path));

    [Theory]
    [InlineData("""{"rank_pattern": {"proj": 2}}""", 8)] // a key begins at a dot
    [InlineData("""{"rank_pattern": {"q_proj": 2}}""", 2)]
    [InlineData("""{"rank_pattern": {"layers\\.3\\.attn\\.q_proj": 5, "q_proj": 2}}""", 5)]
    [InlineData("""{"rank_pattern": {"q_proj": 2, "layers\\.3\\.attn\\.q_proj": 5}}""", 2)] // the order of the file
    [InlineData("""{"rank_pattern": {"layers.3.attn.q.proj": 5}}""", 5)] // an unescaped dot is any character
    [InlineData("""{"rank_pattern": {"^model.layers.3.attn.q_proj": 5}}""", 5)]
    [InlineData("""{"rank_pattern": {"^layers.3.attn.q_proj": 5}}""", 8)]
    [InlineData("""{"rank_pattern": {"attn": 5}}""", 8)] // and ends at the end
    [InlineData("""{"r": 3}""", 3)]
    public void The_first_matching_key_of_the_file_gives_the_rank(string settings, int rank) =>
        Assert.Equal(rank, Read(settings).RankOf("model.layers.3.attn.q_proj"));

    [Fact]
    public void The_scale_is_alpha_over_r_or_over_its_root()
    {
        Assert.Equal(2, Read("""{"r": 4, "lora_alpha": 8}""").ScaleOf("q"));
        Assert.Equal(4, Read("""{"r": 4, "lora_alpha": 8, "use_rslora": true}""").ScaleOf("q"));
        Assert.Equal(0.5, Read("""{"r": 4, "lora_alpha": 8, "alpha_pattern": {"q": 2}}""").ScaleOf("q"));
    }

    [Fact]
    public void Feed_forward_modules_of_IA3_match_any_suffix()
    {
        var config = AdapterConfig.Read(scratch.Write("c.json", """{"peft_type": "IA3", "target_modules": ["wo"], "feedforward_modules": ["o"]}"""));
        Assert.True(config.IsFeedForward("layer.wo"));
        Assert.False(config.IsFeedForward("layer.wi"));
    }

    [Fact]
    public void An_OLoRA_adapter_as_it_is_before_training_leaves_the_base_as_it_was()
    {
        // Q and R of a 4 × 3 matrix by hand: its first two columns are orthogonal, so Q's columns are them at unit length.
        float[] weight = [2, 0, 1, 0, 3, 1, 0, 0, 1, 0, 0, 2];
        File.WriteAllBytes(scratch.File("model.safetensors"), SafetensorsBytes.Of("""{"q.weight":{"dtype":"F32","shape":[4,3],"data_offsets":[0,48]}}"""u8.ToArray(), [.. weight.SelectMany(BitConverter.GetBytes)]));
        LoraAdapterWriter.Write(scratch.File("a"), [new LoraShape("q", 2, 3, 4, [3])], _ => ([2, 0, 1, 0, 3, 1], [1, 0, 0, 1, 0, 0, 0, 0]));
        var file = scratch.File("a", AdapterConfig.FileName);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"init_lora_weights\": true", "\"init_lora_weights\": \"olora\"", StringComparison.Ordinal));
        using var model = AdaptedModel.Open(scratch.Path, scratch.File("a"));
        var values = new float[12];
        model.Reader("q.weight").Read(0, values);
        for (var i = 0; i < 12; i++) Assert.Equal(weight[i], values[i], 1e-6f); // two products in f32 of values below 5
    }

    AdapterConfig Read(string settings) => AdapterConfig.Read(scratch.Write("c.json", settings.Insert(1, "\"peft_type\": \"LORA\", ")));
}
