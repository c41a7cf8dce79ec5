using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>Recorded runs of the reference through the program, one or a few of each kind: files, tensors and values.</summary>
public sealed class RecordedRecipeTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    /// <summary>All in float32: the tolerances of 16-bit results are tested where the engine is.</summary>
    public static TheoryData<string> Cases =>
    [
        "linear-sharded-output", "linear-gradient", "linear-filters", "slerp-slices", "nuslerp-base", "multislerp", "karcher", "nearswap", "model-stock", "sce", "ram", "arcee-fusion",
        "task-arithmetic", "ties", "breadcrumbs-ties", "dare-ties", "dare-linear-no-rescale", "della", "passthrough-scale", "franken-overlap", "slices-precedence",
        "multi", "multi-order", "lora-linear", "lora-object", "lora-ties", "vocab-truncate", "tok-union", "tok-pad", "tok-map", "tok-copy-off", "linear-tied-and-untied",
        "t5-modules", "gpt2-aliases", "roberta-cls", "vit-override", "llama-modules",
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_recipe_of_the_references_gives_the_model_that_it_gives(string name)
    {
        var recorded = new RecordedCase(name);
        var run = MergeSandbox.MergeFile(recorded.Recipe, sandbox.Out, recorded.Arguments);
        Assert.True(run.Exit == 0, run.Error);
        recorded.ExpectTensors(sandbox.Out);
        Assert.Empty(recorded.Files.Except(Directory.EnumerateFiles(sandbox.Out).Select(f => Path.GetFileName(f))));
    }

    [Theory]
    [InlineData("moe-random")]
    public void A_mixture_of_experts_is_the_references_but_for_its_router(string name)
    {
        var recorded = new RecordedCase(name);
        var run = MergeSandbox.MergeFile(recorded.Recipe, sandbox.Out, "--random-seed", "7");
        Assert.True(run.Exit == 0, run.Error);
        recorded.ExpectTensors(sandbox.Out, t => t.EndsWith("mlp.gate.weight", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllText(recorded.Recipe), File.ReadAllText(Path.Combine(sandbox.Out, "mergekit_moe_config.yml")));
    }

    [Fact]
    public void Shards_and_their_index_are_the_references()
    {
        var recorded = new RecordedCase("linear-sharded-output");
        Assert.Equal(0, MergeSandbox.MergeFile(recorded.Recipe, sandbox.Out, "--shard-size", "30kB").Exit);
        Assert.Equal(3, Directory.EnumerateFiles(sandbox.Out, "model-0000?-of-00003.safetensors").Count());
        JsonElement Map(string file) => JsonElement.Parse(File.ReadAllText(file)).GetProperty("weight_map");
        Assert.True(JsonElement.DeepEquals(Map(recorded.Beside(Checkpoint.IndexFile)), Map(Path.Combine(sandbox.Out, Checkpoint.IndexFile))));
        // Small shards hold the values of the one file they stand for.
        Assert.Equal(0, MergeSandbox.MergeFile(recorded.Recipe, sandbox.File("whole")).Exit);
        Assert.Equal(0, Mergelab.Run("compare", sandbox.Out, sandbox.File("whole")).Exit);
    }

    /// <summary>What the reference refuses because of its command line, and so does this program.</summary>
    [Fact]
    public void Mistakes_on_the_command_line_are_refused_as_the_reference_does()
    {
        var seen = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(MergeSandbox.Recorded, "invalid.jsonl")).Select(l => JsonElement.Parse(l)))
        {
            var recipe = line.GetProperty("yaml").GetString() is { } yaml ? sandbox.Write("recipe.yml", yaml) : sandbox.File("nowhere.yaml");
            string[]? arguments = line.GetProperty("id").GetString() switch
            {
                "bad-multi-no-out" => [],
                "bad-shard-size" => ["--out", sandbox.Out, "--shard-size", "1.5G"],
                "bad-recipe-absent" => ["--out", sandbox.Out],
                _ => null,
            };
            if (arguments is null) continue;
            seen.Add(line.GetProperty("id").GetString()!);
            sandbox.Refused(Mergelab.RunIn(MergeSandbox.Recorded, null, ["merge", recipe, .. arguments]));
        }
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void Without_tokenizer_and_card_only_the_model_is_written()
    {
        sandbox.Merged("merge_method: linear\nmodels: [{model: models/llama-a, parameters: {weight: 1}}]\n", null, "--no-copy-tokenizer", "--no-write-model-card");
        Assert.Equal(["config.json", "generation_config.json", "mergelab.json", "model.safetensors"], MergeSandbox.Bytes(sandbox.Out).Keys);
    }

    [Fact]
    public void Without_digests_the_card_still_lists_every_file()
    {
        const string Recipe = "merge_method: linear\nmodels: [{model: models/llama-a, parameters: {weight: 1}}]\n";
        sandbox.Merged(Recipe);
        Assert.Contains(MergeSandbox.Weights(sandbox.Out), File.ReadAllText(Path.Combine(sandbox.Out, "README.md")), StringComparison.Ordinal);
        sandbox.Merged(Recipe, sandbox.File("quick"), "--no-digests");
        var card = File.ReadAllText(sandbox.File("quick", "README.md"));
        Assert.Contains("model.safetensors", card, StringComparison.Ordinal);
        Assert.DoesNotContain(MergeSandbox.Weights(sandbox.File("quick")), card, StringComparison.Ordinal);
    }
}
