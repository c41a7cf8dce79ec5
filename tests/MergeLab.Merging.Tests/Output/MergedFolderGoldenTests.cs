using System.Globalization;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints;
using MergeLab.Merging.Output;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Output;

/// <summary>Everything of recorded merges but the numbers: the reference's tensor list is written with zeros, and the rest of the folder compared.</summary>
public sealed class MergedFolderGoldenTests
{
    /// <summary>The reference's own defects, mended: a tied config over an untied model; token ids of another vocabulary.</summary>
    static readonly Dictionary<string, string[]> Mended = new()
    {
        ["qwen2-tied-base"] = ["tie_word_embeddings"],
        ["tok-model"] = ["bos_token_id", "eos_token_id", "pad_token_id"],
    };

    /// <summary>mergekit-multi, -moe and -extract-lora have inputs of their own kinds.</summary>
    static bool IsPlain(string name) => !name.StartsWith("multi", StringComparison.Ordinal) && !name.StartsWith("moe", StringComparison.Ordinal) && !name.StartsWith("extract", StringComparison.Ordinal)
        || name.StartsWith("multislerp", StringComparison.Ordinal);

    public static TheoryData<string> Cases => new(RecipeCase.All.Where(IsPlain));

    [Fact]
    public void There_are_recorded_cases() => Assert.True(RecipeCase.All.Count(IsPlain) > 100);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_folder_is_what_the_reference_writes(string name)
    {
        using var recorded = RecipeCase.Open(name);
        using var scratch = new ScratchFolder();
        var folder = Write(recorded, scratch.File("merged"));

        AssertConfig(recorded, folder);
        AssertWeightFiles(recorded, folder);
        AssertTokenizer(recorded, folder);
        if (recorded.Expected["output"]!["card"] is { } card) AssertCard(card, File.ReadAllText(Path.Combine(folder, "README.md")));
        else Assert.False(File.Exists(Path.Combine(folder, "README.md")));
        if (recorded.Expected["output"]!["card"] is not null) Assert.Equal(recorded.Text, File.ReadAllText(Path.Combine(folder, "mergekit_config.yml")));
    }

    static string Write(RecipeCase recorded, string folder)
    {
        var arguments = recorded.Expected["argv"]!.AsArray().Select(a => (string)a!).ToList();
        var options = new MergedFolderOptions
        {
            ShardSize = arguments.IndexOf("--out-shard-size") is >= 0 and var at ? long.Parse(arguments[at + 1].TrimEnd('k'), CultureInfo.InvariantCulture) * 1000 : null,
            Tokenizer = !arguments.Contains("--no-copy-tokenizer"),
            Card = !arguments.Contains("--no-write-model-card"),
        };
        var contents = recorded.Contents();
        using var merged = MergedFolder.Create(folder, contents, options);
        foreach (var tensor in contents.Tensors) merged.Write(tensor.Name, 0, new byte[tensor.Bytes]);
        merged.Commit([], default);
        return folder;
    }

    static void AssertConfig(RecipeCase recorded, string folder)
    {
        var found = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
        var expected = JsonNode.Parse(File.ReadAllText(recorded.WrittenFile("config.json")!))!.AsObject();
        foreach (var key in Mended.GetValueOrDefault(recorded.Name, []))
        {
            Assert.NotEqual(expected[key]!.ToJsonString(), found[key]!.ToJsonString());
            expected[key] = found[key]!.DeepClone();
        }
        Assert.Equal(expected.ToJsonString(), found.ToJsonString());
    }

    static void AssertWeightFiles(RecipeCase recorded, string folder)
    {
        foreach (var (file, facts) in recorded.Expected["output"]!["weight_files"]!.AsObject())
        {
            using var weights = SafetensorsFile.Open(Path.Combine(folder, file));
            Assert.Equal((int)facts!["tensors"]!, weights.Tensors.Count);
        }
        using var model = Checkpoint.Open(folder);
        Assert.Equal(recorded.Written.Select(t => t.Name).Order(StringComparer.Ordinal), model.Tensors.Select(t => t.Name));
        if (recorded.WrittenFile("model.safetensors.index.json") is not { } index) return;
        var (expected, found) = (JsonNode.Parse(File.ReadAllText(index))!, JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "model.safetensors.index.json")))!);
        Assert.Equal(expected["weight_map"]!.ToJsonString(), found["weight_map"]!.ToJsonString());
        Assert.Equal((long)expected["metadata"]!["total_size"]!, (long)found["metadata"]!["total_size"]!);
    }

    static void AssertTokenizer(RecipeCase recorded, string folder)
    {
        var invented = recorded.Expected["output"]!["invented"]?.AsArray().Select(f => (string)f!).ToList() ?? [];
        foreach (var file in recorded.Expected["output"]!["files"]!.AsArray().Select(f => (string)f!))
        {
            var path = Path.Combine(folder, file);
            if (invented.Contains(file)) Assert.False(File.Exists(path));
            else Assert.True(File.Exists(path), file);
        }
        foreach (var file in new[] { "tokenizer.json", "chat_template.jinja", "generation_config.json" })
        {
            if (invented.Contains(file) || recorded.WrittenFile(file) is not { } expected) continue;
            Assert.Equal(File.ReadAllText(expected).TrimEnd('\n'), File.ReadAllText(Path.Combine(folder, file)).TrimEnd('\n'));
        }
        if (invented.Contains("tokenizer_config.json") || recorded.WrittenFile("tokenizer_config.json") is not { } settings) return;
        var (wanted, found) = (JsonNode.Parse(File.ReadAllText(settings))!.AsObject(), JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer_config.json")))!.AsObject());
        // Traces of how transformers loaded it.
        wanted.Remove("is_local");
        wanted.Remove("local_files_only");
        Assert.Equal(wanted.ToJsonString(), found.ToJsonString());
    }

    static void AssertCard(JsonNode expected, string card)
    {
        var lines = card.Split('\n');
        var headings = expected["headings"]!.AsArray().Select(h => (string)h!).ToList();
        Assert.Equal(headings, lines.Where(l => l.StartsWith('#')));
        Assert.Equal(expected["bullets"]!.AsArray().Select(b => (string)b!), lines.Where(l => l.StartsWith("* ", StringComparison.Ordinal)));
        var front = lines.Skip(1).TakeWhile(l => l != "---").Select(l => l.Replace("mergelab", "mergekit", StringComparison.Ordinal));
        Assert.Equal(expected["front_matter"]!.AsArray().Select(f => (string)f!), front);
    }
}
