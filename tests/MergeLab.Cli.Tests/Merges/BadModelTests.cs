using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>Models that do not go together, or are damaged: one clear error, and nothing written.</summary>
public sealed class BadModelTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    string Two(string method = "linear", string lines = "") =>
        $"merge_method: {method}\nparameters: {{weight: 1}}\n{lines}models:\n  - model: {sandbox.File("a")}\n  - model: {sandbox.File("b")}\n";

    [Fact]
    public void Models_of_different_architectures_are_refused_with_both_names() =>
        sandbox.Refused("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/mistral-a}]\n",
            "different architectures", "LlamaForCausalLM", "MistralForCausalLM", "recipe.yml:3:");

    [Fact]
    public void A_tensor_of_another_shape_is_named_with_both_shapes()
    {
        ToyCheckpoint.Write(sandbox, "a", 1);
        ToyCheckpoint.Write(sandbox, "b", 2, [("model.layers.0.w", [2, 3]), ("model.layers.1.w", [3, 2]), ("model.norm.weight", [3])]);
        sandbox.Refused(Two(), "model.layers.1.w", "[2, 3]", "[3, 2]", "recipe.yml:");
    }

    [Fact]
    public void Tensors_that_one_model_lacks_are_listed_for_both()
    {
        ToyCheckpoint.Write(sandbox, "a", 1, [.. ToyCheckpoint.Tensors, ("model.only_a.weight", [1]), ("model.also_a.weight", [1])]);
        ToyCheckpoint.Write(sandbox, "b", 2, [.. ToyCheckpoint.Tensors, ("model.only_b.weight", [1])]);
        sandbox.Refused(Two(), "model.only_a.weight", "model.also_a.weight", "model.only_b.weight", "lacks");
    }

    [Fact]
    public void A_tensor_that_is_whole_numbers_in_one_model_is_refused()
    {
        ToyCheckpoint.Write(sandbox, "a", 1);
        ToyCheckpoint.Write(sandbox, "b", 2);
        ToyCheckpoint.Write(sandbox.File("b"), ToyCheckpoint.Config, [.. ToyCheckpoint.Tensors.Select(t => (new TensorSpec(t.Name, DType.I32, t.Shape), new byte[4 * t.Shape.Aggregate(1L, (p, d) => p * d)]))]);
        sandbox.Refused(Two(), "model.layers.0.w", "I32", "F32");
    }

    [Fact]
    public void Vocabularies_of_different_size_are_refused_with_the_ways_out() =>
        sandbox.Refused("merge_method: slerp\nbase_model: models/llama-base\nparameters: {t: 0.5}\nmodels: [{model: models/llama-ext}]\n",
            "vocabularies of different size", "[101, 28]", "[107, 28]", "tokenizer_source", "--unsafe-truncate-embeddings");

    /// <summary>The base in a merge of task vectors is as much an input as the others.</summary>
    [Theory]
    [InlineData("linear", "a", float.NaN, "NaN")]
    [InlineData("linear", "b", float.PositiveInfinity, "is Infinity")]
    [InlineData("ties", "base", float.NegativeInfinity, "is -Infinity")]
    [InlineData("task_arithmetic", "b", float.NaN, "NaN")]
    [InlineData("geometric_median", "b", float.NaN, "NaN")]
    [InlineData("slerp", "b", float.NaN, "NaN")]
    [InlineData("passthrough", "b", float.NaN, "NaN")]
    public void A_weight_that_is_no_number_is_named_with_file_tensor_and_element(string method, string model, float wrong, string what)
    {
        foreach (var name in new[] { "base", "a", "b" })
            ToyCheckpoint.Write(sandbox, name, 1, change: (tensor, values) =>
            {
                if (name == model && tensor == "model.layers.1.w") values[4] = wrong;
            });
        var recipe = method switch
        {
            "linear" => Two(),
            "slerp" => $"merge_method: slerp\nbase_model: {sandbox.File("a")}\nparameters: {{t: 0.5}}\nmodels: [{{model: {sandbox.File("b")}}}]\n",
            "passthrough" => $"merge_method: passthrough\nparameters: {{scale: 2}}\nmodels: [{{model: {sandbox.File("b")}}}]\n",
            _ => Two(method, $"base_model: {sandbox.File("base")}\n"),
        };
        sandbox.Refused(recipe, Path.Combine(sandbox.File(model), Checkpoint.SingleFile), "model.layers.1.w", "element 4", what);
    }

    [Theory]
    [InlineData("model.norm.weight")]
    [InlineData("model.layers.1.self_attn.q_proj.weight")]
    public void A_base_that_is_damaged_is_refused_under_an_adapter_too(string tensor)
    {
        var folder = sandbox.CopyModel("llama-base");
        Poison(Path.Combine(folder, Checkpoint.SingleFile), tensor);
        foreach (var method in new[] { "average", "ties" })
            sandbox.Refused($"merge_method: {method}\n{(method == "ties" ? "parameters: {weight: 1, density: 0.5}\n" : "")}models: [{{model: {folder}+adapters/lora-a}}]\n", $"models/llama-base/{Checkpoint.SingleFile}", tensor, "element 5", "is NaN");
    }

    [Theory]
    [InlineData("llama-a")]
    [InlineData("llama-base")]
    public void A_damaged_model_becomes_no_expert_and_no_base_of_experts(string damaged)
    {
        foreach (var name in new[] { "llama-base", "llama-a" }) sandbox.CopyModel(name);
        Poison(sandbox.File("models", damaged, Checkpoint.SingleFile), damaged == "llama-a" ? "model.layers.1.mlp.up_proj.weight" : "model.norm.weight");
        sandbox.Refused($"base_model: {sandbox.File("models/llama-base")}\ngate_mode: random\nexperts: [{{source_model: {sandbox.File("models/llama-a")}}}, {{source_model: models/llama-far}}]\n",
            $"models/{damaged}/{Checkpoint.SingleFile}", "is NaN");
    }

    [Fact]
    public void An_adapter_with_a_value_that_is_no_number_is_refused()
    {
        var folder = sandbox.Copy(Path.Combine(MergeSandbox.Recorded, "adapters", "lora-a"), "lora");
        Poison(Path.Combine(folder, "adapter_model.safetensors"), null);
        foreach (var lines in new[] { "output: adapter\n", "" })
            sandbox.Refused($"merge_method: average\n{lines}models: [{{model: models/llama-base+{folder}}}, {{model: models/llama-base+adapters/lora-b}}]\n", "lora", "NaN");
    }

    [Fact]
    public void A_file_cut_short_is_refused_with_its_name()
    {
        ToyCheckpoint.Write(sandbox, "a", 1);
        ToyCheckpoint.Write(sandbox, "b", 1);
        var file = sandbox.File("b", Checkpoint.SingleFile);
        using (var stream = File.OpenWrite(file)) stream.SetLength(stream.Length - 4);
        sandbox.Refused(Two(), file);
    }

    [Fact]
    public void A_tied_model_beside_an_untied_one_gets_a_head_of_its_own()
    {
        (string, long[])[] tied = [("model.embed_tokens.weight", [4, 2]), ("model.norm.weight", [2])];
        ToyCheckpoint.Write(sandbox, "a", 0, tied, """{"architectures": ["Toy"], "tie_word_embeddings": true}""");
        ToyCheckpoint.Write(sandbox, "b", 10, [.. tied, ("lm_head.weight", [4, 2])], """{"architectures": ["Toy"], "tie_word_embeddings": false}""");
        sandbox.Merged(Two());
        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 12], MergeSandbox.Values(sandbox.Out)["lm_head.weight"]);
        Assert.Contains("\"tie_word_embeddings\": false", File.ReadAllText(Path.Combine(sandbox.Out, "config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_of_different_width_merge_in_the_wider_one()
    {
        sandbox.Merged("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/llama-a}, {model: models/llama-b}]\n");
        using var merged = Checkpoint.Open(sandbox.Out);
        Assert.All(merged.Tensors, t => Assert.Equal(DType.F32, t.DType));
    }

    /// <summary>Makes element 5 of a tensor of float32 a NaN; null for the first tensor of the file.</summary>
    static void Poison(string file, string? tensor)
    {
        var bytes = File.ReadAllBytes(file);
        long offset;
        using (var stored = SafetensorsFile.Open(file)) offset = (tensor is null ? stored.Tensors[0] : stored.Tensors.Single(t => t.Name == tensor)).Offset;
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, offset + 5 * sizeof(float));
        File.WriteAllBytes(file, bytes);
    }
}
