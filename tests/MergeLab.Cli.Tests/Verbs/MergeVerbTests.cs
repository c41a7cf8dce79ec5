using System.Diagnostics;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class MergeVerbTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    static string Base => Repository.Golden("adapters", "bases", "llama");

    static string Adapter(string name) => Repository.Golden("adapters", "cases", name, "adapter");

    string Recipe(string lines = "", string method = "geometric_median") => scratch.Write("recipe.yml", $$"""
        merge_method: {{method}}
        models:
          - model: {model: '{{Base}}', lora: '{{Adapter("llama-default")}}'}
          - model: {model: '{{Base}}', lora: '{{Adapter("llama-rslora")}}'}
          - model: {model: '{{Base}}', lora: '{{Adapter("llama-alpha")}}'}
        {{lines}}
        """);

    [Fact]
    public void A_recipe_becomes_a_model_folder_that_other_tools_load()
    {
        var run = Mergelab.Run("merge", Recipe(), "--out", scratch.File("merged"), "--json");
        Assert.Equal(0, run.Exit);
        Assert.Equal("geometric_median", JsonElement.Parse(run.Out).GetProperty("method").GetString());
        Assert.Equal(["README.md", "config.json", "mergekit_config.yml", "mergelab.json", "model.safetensors"], Directory.GetFiles(scratch.File("merged")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Adapter_and_dense_result_of_one_recipe_agree()
    {
        Assert.Equal(0, Mergelab.Run("merge", Recipe(), "--out", scratch.File("dense")).Exit);
        Assert.Equal(0, Mergelab.Run("merge", Recipe("output: adapter"), "--out", scratch.File("adapter")).Exit);
        scratch.Write("apply.yml", $"merge_method: average\nmodels: [{{model: {{model: '{Base}', lora: '{scratch.File("adapter")}'}}}}]\n");
        Assert.Equal(0, Mergelab.Run("merge", scratch.File("apply.yml"), "--out", scratch.File("applied")).Exit);
        Assert.Equal(0, Mergelab.Run("compare", scratch.File("dense"), scratch.File("applied")).Exit);
    }

    [Fact]
    public void A_plan_tells_what_would_be_written_and_writes_nothing()
    {
        var run = Mergelab.Run("merge", Recipe("dtype: bfloat16"), "--plan", "--out", scratch.File("merged"), "--json");
        Assert.Equal(0, run.Exit);
        var plan = JsonElement.Parse(run.Out);
        var tensors = plan.GetProperty("tensors").EnumerateArray().ToList();
        Assert.All(tensors, t => Assert.Equal("BF16", t.GetProperty("dtype").GetString()));
        Assert.Equal(plan.GetProperty("bytes_to_write").GetInt64(), tensors.Sum(t => t.GetProperty("bytes").GetInt64()));
        Assert.False(Directory.Exists(scratch.File("merged")));
    }

    [Theory]
    [InlineData("granularty: model", 6, "granularity")]
    [InlineData("granularity: [model]", 6, "must be a word")]
    [InlineData("granularity: matrix\ngranularity: model", 7, "line 7")]
    public void A_mistake_in_the_recipe_exits_2_with_its_line(string parameter, int line, string hint)
    {
        var text = File.ReadAllText(Recipe()).TrimEnd() + "\nparameters:\n  " + parameter.Replace("\n", "\n  ", StringComparison.Ordinal) + "\n";
        var run = Mergelab.Run("merge", scratch.Write("wrong.yml", text), "--out", scratch.File("merged"));
        Assert.Equal(2, run.Exit);
        Assert.Contains($"wrong.yml:{line + 1}:", run.Error, StringComparison.Ordinal);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/base")]
    [InlineData("models/adapter")]
    [InlineData("models")]
    public void An_input_is_never_replaced_by_the_result(string target)
    {
        foreach (var (from, to) in new[] { (Base, "base"), (Adapter("llama-default"), "adapter") })
        {
            Directory.CreateDirectory(scratch.File("models", to));
            foreach (var file in Directory.GetFiles(from)) File.Copy(file, scratch.File("models", to, Path.GetFileName(file)));
        }
        scratch.Write(Path.Combine("models", "config.json"), "{}");
        var recipe = scratch.Write("recipe.yml", "merge_method: average\nmodels: [{model: models/base+models/adapter}]\n");
        var before = File.ReadAllBytes(scratch.File("models/base/model.safetensors"));

        var run = Mergelab.Run("merge", recipe, "--out", scratch.File(target), "--overwrite");
        Assert.Equal(2, run.Exit);
        Assert.Contains("would replace one of its inputs", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(scratch.File("models/base/model.safetensors")));
        Assert.True(File.Exists(scratch.File("models/adapter/adapter_config.json")));
    }

    [Fact]
    public void An_existing_folder_is_kept_unless_it_is_to_be_replaced()
    {
        var target = scratch.Write(Path.Combine("merged", "model.safetensors"), "precious");
        var run = Mergelab.Run("merge", Recipe(), "--out", scratch.File("merged"));
        Assert.Equal(2, run.Exit);
        Assert.Contains("--overwrite", run.Error, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(target));
        Assert.Equal(0, Mergelab.Run("merge", Recipe(), "--out", scratch.File("merged"), "--overwrite").Exit);
        Assert.NotEqual("precious", File.ReadAllText(target));
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("merge", "nowhere.yml", "--out", "x")]
    [InlineData("merge", "recipe.yml")]
    [InlineData("merge", "recipe.yml", "--out", "x", "--shard-size", "big")]
    [InlineData("merge", "recipe.yml", "--out", "x", "--threads", "0")]
    [InlineData("merge", "recipe.yml", "--out", "x", "--masks", "m.safetensors")]
    [InlineData("merge", "recipe.yml", "--ot", "x")]
    public void A_wrong_command_line_exits_2_with_one_message_and_no_output(params string[] arguments)
    {
        Recipe();
        var run = Mergelab.RunIn(scratch.Path, null, arguments);
        Assert.Equal(2, run.Exit);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
        Assert.False(Directory.Exists(scratch.File("x")));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Ctrl_C_during_a_merge_exits_130_and_leaves_no_half_file()
    {
        if (OperatingSystem.IsWindows()) return;
        var recipe = LargeModel();
        using var process = Mergelab.Start(scratch.Path, null, "merge", recipe, "--out", "merged", "--threads", "1");
        var waited = Stopwatch.StartNew();
        while (!Directory.EnumerateFileSystemEntries(scratch.Path, ".merged*").Any())
        {
            Assert.False(process.HasExited, "the merge ended before it could be interrupted");
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2), "the merge never began to write");
            Thread.Sleep(5);
        }
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) kill!.WaitForExit();
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("interrupted", error, StringComparison.Ordinal);
        Assert.Equal(["adapter", "base", "recipe.yml"], Directory.EnumerateFileSystemEntries(scratch.Path).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal));
    }

    /// <summary>A base of 1.6 GB, most of it a hole in the file, and an adapter on one of its matrices.</summary>
    string LargeModel()
    {
        Directory.CreateDirectory(scratch.File("base"));
        var tensors = Enumerable.Range(0, 100).Select(i => new TensorSpec($"layers.{i}.weight", DType.F32, [2048, 2048])).ToArray();
        var header = JsonSerializer.SerializeToUtf8Bytes(tensors.Select((t, i) => (t, i)).ToDictionary(
            p => p.t.Name, p => (object)new { dtype = "F32", shape = new[] { 2048, 2048 }, data_offsets = new[] { p.i * p.t.Bytes, (p.i + 1) * p.t.Bytes } }));
        scratch.Write(Path.Combine("base", "config.json"), "{}");
        using (var file = File.Create(scratch.File("base", "model.safetensors")))
        {
            file.Write(BitConverter.GetBytes((ulong)header.Length));
            file.Write(header);
            file.SetLength(8 + header.Length + tensors.Sum(t => t.Bytes));
        }
        LoraAdapterWriter.Write(scratch.File("adapter"), [new LoraShape("layers.0", 1, 1, 2048, [2048])], _ => (new float[2048], new float[2048]));
        return scratch.Write("recipe.yml", "merge_method: average\nmodels: [{model: base+adapter}]\n");
    }
}
