using System.Security.Cryptography;
using System.Text.Json;

namespace MergeLab.Cli.Tests.Verbs;

public sealed class InspectVerbTests
{
    public static TheoryData<string, int> Paths => new()
    {
        { Repository.Golden("adapters", "bases", "llama"), 30 },
        { Repository.Golden("adapters", "bases", "llama-bf16", "model.safetensors"), 1 },
        { Repository.Golden("adapters", "cases", "llama-default", "adapter"), 12 },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_JSON_says_where_each_tensor_lies_and_its_digest(string path, int atLeast)
    {
        var run = Mergelab.Run("inspect", path, "--digests", "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        using var report = JsonDocument.Parse(run.Out);
        Assert.Equal("safetensors", report.RootElement.GetProperty("format").GetString());
        Assert.Equal("pt", report.RootElement.GetProperty("metadata").GetProperty("format").GetString());
        var tensors = report.RootElement.GetProperty("tensors").EnumerateArray().ToList();
        Assert.True(tensors.Count >= atLeast);
        foreach (var tensor in tensors)
        {
            var file = Directory.Exists(path) ? Path.Combine(path, tensor.GetProperty("file").GetString()!) : path;
            var bytes = File.ReadAllBytes(file).AsSpan(tensor.GetProperty("offset").GetInt32(), tensor.GetProperty("bytes").GetInt32());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), tensor.GetProperty("sha256").GetString());
            var elements = tensor.GetProperty("shape").EnumerateArray().Aggregate(1L, (p, d) => p * d.GetInt64());
            Assert.Equal(bytes.Length, elements * (tensor.GetProperty("dtype").GetString() == "F32" ? 4 : 2));
        }
    }

    [Fact]
    public void The_digests_do_not_depend_on_the_number_of_threads()
    {
        var path = Repository.Golden("adapters", "bases", "t5");
        Assert.Equal(Mergelab.Run("inspect", path, "--digests", "--json", "--threads", "1").Out, Mergelab.Run("inspect", path, "--digests", "--json", "--threads", "7").Out);
    }

    [Fact]
    public void Without_digests_no_data_are_read_and_none_are_claimed()
    {
        using var report = JsonDocument.Parse(Mergelab.Run("inspect", Repository.Golden("adapters", "bases", "vit"), "--json").Out);
        Assert.All(report.RootElement.GetProperty("tensors").EnumerateArray(), t => Assert.Equal(JsonValueKind.Null, t.GetProperty("sha256").ValueKind));
    }

    [Fact]
    public void A_person_gets_a_table()
    {
        var run = Mergelab.Run("inspect", Repository.Golden("adapters", "bases", "llama"));
        Assert.Equal(0, run.Exit);
        Assert.Contains("model.layers.2.self_attn.q_proj.weight", run.Out, StringComparison.Ordinal);
        Assert.Contains("[30, 24]", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_file_ends_in_one_error_that_names_file_and_tensor()
    {
        using var scratch = new ScratchFolder();
        var path = scratch.File("bad.safetensors");
        var header = """{"w":{"dtype":"F32","shape":[1152921504606846976,16],"data_offsets":[0,0]}}"""u8.ToArray();
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header]);
        var run = Mergelab.Run("inspect", path, "--json");
        Assert.Equal((2, ""), (run.Exit, run.Out));
        Assert.Contains(path, run.Error, StringComparison.Ordinal);
        Assert.Contains("tensor w", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_pickles_is_refused_and_the_safe_form_named()
    {
        using var scratch = new ScratchFolder();
        scratch.Write("pytorch_model.bin", "not read");
        var run = Mergelab.Run("inspect", scratch.Path);
        Assert.Equal(2, run.Exit);
        Assert.Contains("safetensors", run.Error, StringComparison.Ordinal);
    }
}
