using System.Text.Json.Nodes;
using MergeLab.Core.Yaml;
using MergeLab.Experiments;

namespace MergeLab.Pipeline.Tests.Experiments;

public class ExperimentSchemaTests
{
    static readonly JsonNode Schema = JsonNode.Parse(ExperimentSchema.Text())!;

    static bool Accepts(string text) => SchemaCheck.Accepts(Schema, YamlReader.Read(text, Samples.File));

    [Fact]
    public void The_committed_schema_is_current()
    {
        var committed = Path.Combine(Repository.Root, ExperimentSchema.File);
        var received = Path.ChangeExtension(committed, ".received.json");
        Directory.CreateDirectory(Path.GetDirectoryName(committed)!);
        File.Delete(received);
        if (File.Exists(committed) && File.ReadAllText(committed) == ExperimentSchema.Text()) return;
        File.WriteAllText(received, ExperimentSchema.Text());
        Assert.Fail($"the schema has changed; to accept: mv '{received}' '{committed}'");
    }

    [Fact]
    public void Every_embedded_experiment_names_the_schema_and_is_accepted_by_it()
    {
        var experiments = ExperimentTree.Load(Path.Combine(Repository.Root, "experiments")).All;
        Assert.NotEmpty(experiments);
        foreach (var file in experiments.Select(e => e.Place.File))
        {
            var text = File.ReadAllText(file);
            var schema = text.Split('\n')[0]["# yaml-language-server: $schema=".Length..];
            Assert.Equal(Path.Combine(Repository.Root, ExperimentSchema.File), Path.GetFullPath(schema, Path.GetDirectoryName(file)!));
            Assert.True(SchemaCheck.Accepts(Schema, YamlReader.Read(text, file)), file);
        }
    }

    [Fact]
    public void A_file_that_uses_every_key_is_accepted() => Assert.True(Accepts(Samples.Text));

    [Theory]
    [InlineData("seed: 17", "sede: 17")]
    [InlineData("seed: 17", "seed: many")]
    [InlineData("seed: 17", "seed: 1.5")]
    [InlineData("name: sample\n", "")]
    [InlineData("name: sample", "name: a/b")]
    [InlineData("slow: true", "slow: yes")]
    [InlineData("  two: [a, b]", "  two: []")]
    [InlineData("limit: 200", "limit: 0")]
    [InlineData("limit: 200", "limt: 200")]
    [InlineData("metric: exact_match", "metric: exact_mach")]
    [InlineData("max_order: 2", "char_order: 2")]
    [InlineData("say {input} :", "say {text} :")]
    [InlineData("method: average\n", "method: averge\n")]
    [InlineData("granularity: matrix", "granularity: [matrix, row]")]
    [InlineData("granularity: matrix", "granularty: matrix")]
    [InlineData("    sets: [two]\n", "    sets: [two]\n    compat: paper\n")]
    [InlineData("kind: line", "kind: pie")]
    [InlineData("value: 0.3", "value: high")]
    public void Editors_see_mistakes_too(string piece, string replacement) => Assert.False(Accepts(Samples.With(piece, replacement)));

    [Fact]
    public void Parameters_are_offered_by_method()
    {
        var merges = Schema["properties"]!["merges"]!["items"]!["anyOf"]!.AsArray();
        Assert.Equal(["granularity", "lora_scale", "weight", "epsilon", "max_iterations"], Keys(Of("geometric_median")["parameters"]!["properties"]!));
        Assert.Equal(["lora_scale"], Keys(Of("average")["parameters"]!["properties"]!));
        Assert.Equal(["method", "name", "sets", "parameters", "compat"], Keys(Of("average")));
        Assert.Equal(["fusionbench"], Of("average")["compat"]!["enum"]!.AsArray().Select(m => (string?)m));

        JsonNode Of(string method) => Assert.Single(merges, m => (string?)m!["properties"]!["method"]!["const"] == method)!["properties"]!;

        static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(p => p.Key);
    }
}
