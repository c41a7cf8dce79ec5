using System.Runtime.InteropServices;
using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class ForwardVerbTests
{
    static readonly string Model = Repository.Golden("models", "t5-v11-bf16", "hf");

    [Fact]
    public void A_golden_case_goes_in_and_its_loss_logits_states_and_gradients_come_out_the_same_for_any_number_of_threads()
    {
        using var scratch = new ScratchFolder();
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Golden("models", "t5-v11-bf16", "golden.json")));
        var one = document.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("kind").GetString() == "forward");
        var inputs = scratch.File("inputs.safetensors");
        SafetensorsFiles.Write(inputs, [.. one.GetProperty("inputs").EnumerateObject().Select(p => (p.Name, p.Value))]);
        string[] paths = [scratch.File("a.safetensors"), scratch.File("b.safetensors")];
        foreach (var (path, threads) in paths.Zip(["1", "4"]))
        {
            var run = Mergelab.Run("forward", "--model", Model, "--inputs", inputs, "--out", path, "--hidden-states", "--gradients", "--threads", threads);
            Assert.Equal((0, ""), (run.Exit, run.Error));
        }
        Assert.Equal(File.ReadAllBytes(paths[0]), File.ReadAllBytes(paths[1]));
        using var found = SafetensorsFile.Open(paths[0]);
        using var golden = SafetensorsFile.Open(Repository.Golden("models", "t5-v11-bf16", "golden.safetensors"));
        foreach (var output in one.GetProperty("outputs").EnumerateObject().Where(o => !o.Value.TryGetProperty("compare_where", out _)))
        {
            var (ours, expected) = (Values(found, output.Name), Values(golden, output.Value.GetProperty("tensor").GetString()!));
            Assert.All(ours.Zip(expected), p => Assert.Equal(p.Second, p.First, output.Value.GetProperty("tolerance").GetDouble()));
        }
    }

    [Fact]
    public void Adapters_add_to_the_model()
    {
        using var scratch = new ScratchFolder();
        var adapter = Repository.Golden("adapters", "cases", "t5-qv");
        var run = Mergelab.Run("forward", "--model", Repository.Golden("adapters", "bases", "t5"), "--adapter", Path.Combine(adapter, "adapter"),
            "--inputs", Repository.Golden("adapters", "bases", "t5", "inputs.safetensors"), "--out", scratch.File("out.safetensors"), "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        using var found = SafetensorsFile.Open(scratch.File("out.safetensors"));
        using var golden = SafetensorsFile.Open(Path.Combine(adapter, "logits.safetensors"));
        var (ours, expected) = (Values(found, "logits"), Values(golden, "logits"));
        // The float32 rounding of the reference, relative to the largest logit.
        Assert.True(ours.Zip(expected, (a, b) => Math.Abs(a - b)).Max() <= 1e-5 * expected.Max(Math.Abs));
        using var shapes = JsonDocument.Parse(run.Out);
        Assert.Equal([3, 5, 37], shapes.RootElement.GetProperty("logits").EnumerateArray().Select(d => d.GetInt32()));
    }

    [Theory]
    [InlineData("""{"input_ids": [[5, 67]], "labels": [[1]]}""", "input_ids", "67")]
    [InlineData("""{"attention_mask": [[1, 1]], "labels": [[1]]}""", "input_ids", "missing")]
    [InlineData("""{"input_ids": [[5, 6]], "attention_mask": [[1, 1, 1]], "labels": [[1]]}""", "attention_mask", "[1, 3]")]
    [InlineData("""{"input_ids": [[5, 6]]}""", "labels", "decoder_input_ids")]
    [InlineData("""{"input_ids": [[5, 6]], "labels": [[-1]]}""", "labels", "-100")]
    [InlineData("""{"input_ids": [[5, 6]], "atention_mask": [[1, 1]], "labels": [[1]]}""", "atention_mask", "attention_mask")]
    public void A_wrong_input_ends_in_one_error_that_names_file_and_tensor(string json, string tensor, string also)
    {
        using var scratch = new ScratchFolder();
        using var document = JsonDocument.Parse(json);
        var inputs = scratch.File("inputs.safetensors");
        SafetensorsFiles.Write(inputs, [.. document.RootElement.EnumerateObject().Select(p => (p.Name, p.Value))]);
        var run = Mergelab.Run("forward", "--model", Model, "--inputs", inputs, "--out", scratch.File("out.safetensors"));
        Assert.Equal((2, ""), (run.Exit, run.Out));
        Assert.Contains($"{inputs}, tensor {tensor}", run.Error, StringComparison.Ordinal);
        Assert.Contains(also, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.File("out.safetensors")));
    }

    [Fact]
    public void A_model_of_another_family_is_refused_by_name()
    {
        using var scratch = new ScratchFolder();
        var run = Mergelab.Run("forward", "--model", Repository.Golden("adapters", "bases", "gpt2"), "--inputs", Repository.Golden("adapters", "bases", "gpt2", "inputs.safetensors"), "--out", scratch.File("out.safetensors"));
        Assert.Equal(2, run.Exit);
        Assert.Contains("gpt2", run.Error, StringComparison.Ordinal);
    }

    static float[] Values(SafetensorsFile file, string name) => MemoryMarshal.Cast<byte, float>(file.Bytes(file.Find(name)!)).ToArray();
}
