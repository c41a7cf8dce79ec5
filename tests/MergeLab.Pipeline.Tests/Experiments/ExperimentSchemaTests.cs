using System.Text.Json.Nodes;
using MergeLab.Experiments;

namespace MergeLab.Pipeline.Tests.Experiments;

public class ExperimentSchemaTests
{
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
    public void Every_embedded_experiment_names_the_schema_and_uses_only_keys_it_has()
    {
        var root = Path.Combine(Repository.Root, "experiments");
        var keys = JsonNode.Parse(ExperimentSchema.Text())!["properties"]!.AsObject();
        var experiments = ExperimentTree.Load(root).All;
        Assert.NotEmpty(experiments);
        foreach (var file in experiments.Select(e => e.Place.File))
        {
            var lines = File.ReadAllLines(file);
            var schema = lines[0]["# yaml-language-server: $schema=".Length..];
            Assert.Equal(Path.Combine(Repository.Root, ExperimentSchema.File), Path.GetFullPath(schema, Path.GetDirectoryName(file)!));
            Assert.All(lines.Where(l => l.Length > 0 && char.IsLetter(l[0])), l => Assert.True(keys.ContainsKey(l.Split(':')[0]), l));
        }
    }

    [Fact]
    public void Parameters_are_offered_by_method()
    {
        var merges = JsonNode.Parse(ExperimentSchema.Text())!["properties"]!["merges"]!["items"]!["anyOf"]!.AsArray();
        Assert.Equal(["granularity", "lora_scale", "weight", "epsilon", "max_iterations"], Keys(Of("geometric_median")["parameters"]!["properties"]!));
        Assert.Equal(["lora_scale"], Keys(Of("average")["parameters"]!["properties"]!));
        Assert.Equal(["method", "name", "sets", "parameters"], Keys(Of("average")));

        JsonNode Of(string method) => Assert.Single(merges, m => (string?)m!["properties"]!["method"]!["const"] == method)!["properties"]!;

        static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(p => p.Key);
    }
}
