using System.Security.Cryptography;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Output;

namespace MergeLab.Merging.Tests.Output;

public sealed class MergedFolderTests : IDisposable
{
    const string Recipe = "merge_method: linear\nmodels:\n  - {model: models/llama-a, parameters: {weight: 0.5}}\n  - {model: models/llama-c, parameters: {weight: 0.5}}\n";

    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    string Out => scratch.File("merged");

    [Fact]
    public void A_merge_writes_the_same_bytes_each_time_and_anywhere()
    {
        RecipeRun.Write(Recipe, scratch.File("here", "merged"), new MergedFolderOptions { ShardSize = 30_000, Threads = 1 });
        RecipeRun.Write(Recipe, scratch.File("there", "merged"), new MergedFolderOptions { ShardSize = 30_000, Threads = 3 });
        var (here, there) = (Contents(scratch.File("here")), Contents(scratch.File("there")));
        Assert.Equal(here, there);
        Assert.DoesNotContain(scratch.Path, File.ReadAllText(scratch.File("here", "merged", "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_card_has_the_digest_of_every_weight_file_read_and_written()
    {
        RecipeRun.Write(Recipe, Out, new MergedFolderOptions { ShardSize = 30_000 });
        var card = File.ReadAllText(Path.Combine(Out, "README.md"));
        var inputs = new[] { "llama-a", "llama-c" }.SelectMany(m => Directory.EnumerateFiles(RecipeCase.Root("models", m), "*.safetensors"))
            .Select(f => (Name: $"read: models/{Path.GetFileName(Path.GetDirectoryName(f))}/{Path.GetFileName(f)}", File: f));
        var files = inputs.Concat(Directory.EnumerateFiles(Out, "*.safetensors").Select(f => (Name: $"written: {Path.GetFileName(f)}", File: f))).ToList();
        Assert.Equal(7, files.Count);
        foreach (var (name, file) in files)
            Assert.Contains($"| {name} | {new FileInfo(file).Length} | {Digest(name, File.ReadAllBytes(file))} |\n", card, StringComparison.Ordinal);
        Assert.Contains("30 tensors, 21224 parameters, ", card, StringComparison.Ordinal);
    }

    /// <summary>What is written is named by SHA-256, as hubs do; what is read by a digest as fast as reading.</summary>
    static string Digest(string name, byte[] bytes) => name.StartsWith("read", StringComparison.Ordinal)
        ? $"xxh128:{Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(bytes))}"
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    [Fact]
    public void A_recipe_with_a_fence_of_its_own_stays_whole_in_the_card()
    {
        var recipe = Recipe + "# ```\n# not the end\n";
        RecipeRun.Write(recipe, Out);
        Assert.Contains($"````yaml\n{recipe}````\n", File.ReadAllText(Path.Combine(Out, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_the_config_denies_is_announced_and_the_config_mended()
    {
        var notes = RecipeRun.Write("merge_method: linear\nmodels:\n  - {model: models/llama-tied, parameters: {weight: 0.5}}\n  - {model: models/llama-a, parameters: {weight: 0.5}}\n", Out);
        Assert.Contains(notes, n => n.Contains("tie_word_embeddings", StringComparison.Ordinal));
        Assert.Contains("\"tie_word_embeddings\": false", File.ReadAllText(Path.Combine(Out, "config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_type_than_the_config_says_are_announced()
    {
        var notes = RecipeRun.Write("merge_method: linear\nmodels:\n  - {model: models/llama-b, parameters: {weight: 0.5}}\n  - {model: models/llama-a, parameters: {weight: 0.5}}\n", Out);
        Assert.Contains(notes, n => n.Contains("bfloat16", StringComparison.Ordinal) && n.Contains("F32", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_tokenizer_and_a_card_neither_is_written()
    {
        RecipeRun.Write(Recipe, Out, new MergedFolderOptions { Tokenizer = false, Card = false });
        Assert.Equal(["config.json", "generation_config.json", "model.safetensors"], Directory.EnumerateFiles(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_existing_folder_stays_unless_it_may_be_overwritten()
    {
        scratch.Write("merged/config.json", "old");
        var problem = Assert.Throws<ProblemException>(() => RecipeRun.Write(Recipe, Out)).Problem;
        Assert.Contains("--overwrite", problem.Remedy, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(Path.Combine(Out, "config.json")));
        RecipeRun.Write(Recipe, Out, new MergedFolderOptions { Overwrite = true });
        Assert.NotEqual("old", File.ReadAllText(Path.Combine(Out, "config.json")));
        Assert.Equal(["merged"], Names());
    }

    [Fact]
    public void A_result_that_would_replace_an_input_is_refused()
    {
        using var parsed = RecipeCase.Parse("x", Recipe);
        var options = new MergedFolderOptions { Overwrite = true };
        Assert.Contains("inputs", Assert.Throws<ProblemException>(() => MergedFolder.Create(RecipeCase.Root("models", "llama-a"), parsed.Contents([One]), options)).Message, StringComparison.Ordinal);
        Assert.Contains("inputs", Assert.Throws<ProblemException>(() => MergedFolder.Create(RecipeCase.Root("models"), parsed.Contents([One]), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_known_beforehand_with_what_is_needed_and_free()
    {
        using var parsed = RecipeCase.Parse("x", Recipe);
        var problem = Assert.Throws<ProblemException>(() => MergedFolder.Create(Out, parsed.Contents([new TensorSpec("x", DType.F32, [1L << 55])]), new MergedFolderOptions())).Problem;
        Assert.Equal(ExitCode.MachineLacks, problem.Exit);
        Assert.Matches("it takes [0-9]{18} bytes, [0-9]+ are free", problem.Why);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_merge_that_fails_leaves_nothing()
    {
        using var parsed = RecipeCase.Parse("x", Recipe);
        using (var folder = MergedFolder.Create(Out, parsed.Contents([One]), new MergedFolderOptions()))
        {
            Assert.Single(Names());
            Assert.Throws<InvalidOperationException>(() => folder.Commit([], default)); // nothing was written
        }
        Assert.Empty(Names());
    }

    [Fact]
    public void A_cancelled_merge_leaves_nothing()
    {
        using var parsed = RecipeCase.Parse("x", Recipe);
        using (var folder = MergedFolder.Create(Out, parsed.Contents([One]), new MergedFolderOptions()))
        {
            folder.Write("x", 0, new byte[4]);
            Assert.ThrowsAny<OperationCanceledException>(() => folder.Commit([], new CancellationToken(true)));
        }
        Assert.Empty(Names());
    }

    [Fact]
    public void What_a_killed_merge_left_goes_with_the_next_and_what_another_writes_stays()
    {
        scratch.Write(".merged.dead.tmp/.owner", $"{Environment.MachineName}\n{Environment.ProcessId}\nlong ago");
        scratch.Write(".merged.dead.tmp/model.safetensors", "half");
        scratch.Write(".merged.elsewhere.tmp/.owner", $"another machine\n1\nlong ago");
        scratch.Write(".merged.unknown.tmp/model.safetensors", "half");
        scratch.Write(".other.dead.tmp/.owner", $"{Environment.MachineName}\n{Environment.ProcessId}\nlong ago");
        using var parsed = RecipeCase.Parse("x", Recipe);
        using (MergedFolder.Create(Out, parsed.Contents([One]), new MergedFolderOptions()))
        {
            RecipeRun.Write(Recipe, Out); // while another writes to the same name
            Assert.Equal(5, Names().Count);
        }
        Assert.Equal([".merged.elsewhere.tmp", ".merged.unknown.tmp", ".other.dead.tmp", "merged"], Names());
    }

    static readonly TensorSpec One = new("x", DType.F32, [1]);

    List<string> Names() => [.. Directory.EnumerateFileSystemEntries(scratch.Path).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    static List<(string, string)> Contents(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => (Path.GetRelativePath(folder, f), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))))).Order()];
}
