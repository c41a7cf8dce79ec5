using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Experts;
using MergeLab.Merging.Output;
using MergeLab.Testing;

namespace MergeLab.Merging.Tests.Experts;

public sealed class ExpertsTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    static string Resolve(string path) => Repository.Golden("recipes", path);

    string Build(string text, string name = "out", ulong seed = 7)
    {
        var recipe = ExpertsRecipe.Read(YamlReader.Read(text, "recipe.yaml"));
        using var model = ExpertsModel.Open(recipe, Resolve, seed);
        ExpertsMerger.Run(recipe, text, model, new MergeTarget(scratch.File(name), false, long.MaxValue, 2), null, default);
        return scratch.File(name);
    }

    /// <summary>All but the router, whose rows come from another generator.</summary>
    [Theory]
    [InlineData("moe-random")]
    [InlineData("moe-residual")]
    public void Experts_are_stacked_as_recorded(string id)
    {
        var folder = Repository.Golden("recipes", "cases", id);
        using var ours = Checkpoint.Open(Build(File.ReadAllText(Path.Combine(folder, "recipe.yaml"))));
        var compared = 0;
        foreach (var line in File.ReadLines(Path.Combine(folder, "tensors.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            var name = row.RootElement[0].GetString()!;
            var (file, info) = ours.Locate(name);
            Assert.Equal(row.RootElement[1].GetString(), info.DType.Name());
            Assert.Equal(row.RootElement[2].EnumerateArray().Select(d => d.GetInt64()), info.Shape);
            if (name.EndsWith("mlp.gate.weight", StringComparison.Ordinal)) continue;
            Assert.Equal(row.RootElement[3].GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Bytes(info, 0, (int)info.Bytes)))[..16]);
            compared++;
        }
        Assert.Equal(compared + 3, ours.Tensors.Count);
        Assert.True(compared > 20);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(ours.Folder!, "config.json")));
        using var theirs = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        foreach (var property in theirs.RootElement.EnumerateObject().Where(p => p.Name != "transformers_version"))
            Assert.Equal(property.Value.ToString(), config.RootElement.GetProperty(property.Name).ToString());
    }

    [Fact]
    public void The_router_depends_on_the_seed_alone_and_is_normal()
    {
        var text = File.ReadAllText(Repository.Golden("recipes", "cases", "moe-random", "recipe.yaml"));
        var rows = new[] { Router(Build(text, "a")), Router(Build(text, "b")), Router(Build(text, "c", seed: 8)) };
        Assert.Equal(rows[0], rows[1]);
        Assert.NotEqual(rows[0], rows[2]);
        // 168 draws: their mean within 4/√168 of 0, their mean square within 4·√(2/168) of 1.
        Assert.InRange(rows[0].Average(), -0.31, 0.31);
        Assert.InRange(rows[0].Average(x => x * x), 0.56, 1.44);
    }

    static float[] Router(string folder)
    {
        using var model = Checkpoint.Open(folder);
        return [.. model.Tensors.Where(t => t.Name.EndsWith("mlp.gate.weight", StringComparison.Ordinal)).SelectMany(t =>
        {
            var values = new float[t.Count];
            model.Reader(t.Name).Read(0, values);
            return values;
        })];
    }

    [Theory]
    [InlineData("gate_mode: hidden", "gate_mode hidden runs the models")]
    [InlineData("gate_mode: rnadom", "'random'")]
    [InlineData("gate_mode: random\narchitecture: qwen", "architecture")]
    [InlineData("gate_mode: random\nshared_experts: [{source_model: models/llama-a}]", "shared experts")]
    [InlineData("gate_mode: random\nexperts_per_tok: 1", "experts_per_token")]
    public void What_cannot_be_built_is_named(string line, string said)
    {
        var text = $"base_model: models/llama-base\n{line}\nexperts:\n  - source_model: models/llama-a\n  - source_model: models/llama-far\n";
        var problem = Assert.Throws<ProblemException>(() => Build(text));
        Assert.Contains(said, problem.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.File("out")));
    }

    [Fact]
    public void An_expert_of_another_depth_is_refused_by_name()
    {
        const string Text = "base_model: models/llama-5layers\ngate_mode: random\nexperts:\n  - source_model: models/llama-a\n";
        var problem = Assert.Throws<ProblemException>(() => Build(Text));
        Assert.Contains("llama-a", problem.ToString(), StringComparison.Ordinal);
    }
}
