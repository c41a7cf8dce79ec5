using System.Text.Json;
using MergeLab.Cli.Tests.Merges;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class ExtractLoraVerbTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    string Adapter => sandbox.File("adapter");

    Mergelab.Outcome Extract(params string[] more) =>
        Mergelab.RunIn(MergeSandbox.Recorded, null, ["extract-lora", "--model", "models/llama-a", "--base-model", "models/llama-base", "--out", Adapter, .. more]);

    JsonElement Extracted(params string[] more)
    {
        var run = Extract([.. more, "--json"]);
        Assert.True(run.Exit == 0, run.Error);
        return JsonElement.Parse(run.Out);
    }

    static Dictionary<string, (int Rank, double Energy)> Modules(JsonElement record) =>
        record.GetProperty("modules").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!, m => (m.GetProperty("rank").GetInt32(), m.GetProperty("energy").GetDouble()));

    /// <summary>The share of each tensor's squared change that base and adapter lack.</summary>
    Dictionary<string, double> Missing()
    {
        sandbox.Merged($"merge_method: average\nmodels: [{{model: models/llama-base+{Adapter}}}]\n", sandbox.File("applied"), "--overwrite");
        var (found, wanted, before) = (MergeSandbox.Values(sandbox.File("applied")), Values("llama-a"), Values("llama-base"));
        return wanted.ToDictionary(t => t.Key, t => Squares(t.Value, found[t.Key]) / Squares(t.Value, before[t.Key]));
    }

    static Dictionary<string, double[]> Values(string model) => MergeSandbox.Values(Path.Combine(MergeSandbox.Recorded, "models", model));

    static double Squares(double[] x, double[] y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum();

    [Fact]
    public void The_adapter_on_the_base_is_as_near_to_the_fine_tune_as_it_says()
    {
        var modules = Modules(Extracted("--max-rank", "4"));
        Assert.Equal(21, modules.Count);
        Assert.All(modules.Values, m => Assert.Equal(4, m.Rank));
        var missing = Missing();
        // Rounding to float32 of weights that are large against their change.
        foreach (var (name, (_, energy)) in modules) Assert.Equal(1 - energy, missing[$"{name}.weight"], 1e-5);
        // Norms, embedding and head are saved whole.
        Assert.All(missing.Where(t => !modules.ContainsKey(t.Key[..^".weight".Length])), t => Assert.Equal(0, t.Value));
    }

    [Fact]
    public void At_full_rank_nothing_is_missing()
    {
        Assert.Equal(0, Extract("--max-rank", "1000", "--embed-lora").Exit);
        Assert.All(Missing().Values, share => Assert.InRange(share, 0, 1e-9));
    }

    [Fact]
    public void A_share_of_energy_chooses_the_rank_of_each_module()
    {
        var modules = Modules(Extracted("--energy", "0.6"));
        Assert.All(modules.Values, m => Assert.InRange(m.Energy, 0.6, 1));
        Assert.True(modules.Values.Select(m => m.Rank).Distinct().Count() > 1);
    }

    [Fact]
    public void Modules_are_chosen_by_expressions()
    {
        var modules = Modules(Extracted("--max-rank", "2", "-i", "self_attn", "-i", "mlp", "-e", @"layers\.1\.", "-e", "q_proj$"));
        Assert.Equal(2 * 6, modules.Count);
        Assert.DoesNotContain(modules.Keys, m => m.Contains("layers.1.", StringComparison.Ordinal) || m.EndsWith("q_proj", StringComparison.Ordinal));
    }

    [Fact]
    public void The_factors_have_the_type_asked_for()
    {
        Assert.Equal(0, Extract("--max-rank", "2", "--dtype", "bfloat16", "--skip-undecomposable").Exit);
        using var weights = MergeLab.Checkpoints.SafetensorsFile.Open(Path.Combine(Adapter, "adapter_model.safetensors"));
        Assert.All(weights.Tensors.Where(t => t.Name.Contains("lora_", StringComparison.Ordinal)), t => Assert.Equal(MergeLab.Checkpoints.DType.BF16, t.DType));
    }

    [Theory]
    [InlineData("--max-rank is out of range|1 to 65536", "--max-rank", "0")]
    [InlineData("--energy is out of range", "--energy", "0")]
    [InlineData("--energy is out of range", "--energy", "1.5")]
    [InlineData("--sv-epsilon is out of range", "--sv-epsilon", "-1")]
    [InlineData("unknown type 'int8'", "--dtype", "int8")]
    [InlineData("did you mean 'bfloat16'?", "--dtype", "bfloat")]
    [InlineData("not a valid regular expression", "-i", "(")]
    [InlineData("there is nothing to extract", "-i", "nothing_of_that_name")]
    [InlineData("no module 'lm_haed'|did you mean 'lm_head'?", "--save-module", "lm_haed")]
    [InlineData("--max-rank", "--max-rnak", "4")]
    public void A_wrong_option_is_one_error_and_writes_nothing(string messages, params string[] options)
    {
        var run = Extract(options);
        sandbox.Refused(run, [.. messages.Replace("--max-rank is", "is", StringComparison.Ordinal).Split('|')]);
        Assert.False(Directory.Exists(Adapter));
    }

    [Theory]
    [InlineData("models/nowhere", "models/llama-base", "models/nowhere")]
    [InlineData("models/llama-a", "models/mistral-base", "mistral")]
    [InlineData("models/llama-ext", "models/llama-base", "lm_head.weight")]
    [InlineData("models/llama-base", "models/llama-base", "nothing to extract")]
    public void Models_that_do_not_go_together_are_named(string model, string basis, string message) =>
        sandbox.Refused(Mergelab.RunIn(MergeSandbox.Recorded, null, "extract-lora", "--model", model, "--base-model", basis, "--out", Adapter), message);

    [Fact]
    public void Help_lists_it_with_its_options()
    {
        Assert.Contains("extract-lora", Mergelab.Run("--help").Out, StringComparison.Ordinal);
        var help = Mergelab.Run("extract-lora", "--help").Out;
        Assert.All(new[] { "--max-rank", "--energy", "--include-regex", "--exclude-regex", "--save-module", "--sv-epsilon", "--embed-lora" }, o => Assert.Contains(o, help, StringComparison.Ordinal));
    }
}
