using System.Text;
using System.Text.Json.Nodes;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Experiments.Parameters;

namespace MergeLab.Pipeline.Tests.Experiments;

public class ExperimentGraphTests
{
    static StageNode Node(ExperimentGraph graph, string id) => Assert.Single(graph.Stages.Nodes, n => n.Id == id);

    static string[] Ids(string text, string kind) => [.. ExperimentGraph.Build(Samples.Read(text)).Stages.Nodes.Where(n => n.Kind == kind).Select(n => n.Id)];

    [Fact]
    public void An_experiment_unfolds_into_the_stages_people_type()
    {
        var text = new StringBuilder();
        foreach (var node in ExperimentGraph.Build(Samples.Read(Samples.With("tasks: all", "tasks: [b, far]"))).Stages.Nodes)
        {
            text.Append(node.Id).Append('\n');
            foreach (var (role, path) in node.Files) text.Append("    file ").Append(role).Append(' ').Append(path).Append('\n');
            foreach (var (role, need) in node.Needs) text.Append("    need ").Append(role).Append(' ').Append(need.Id).Append('\n');
            text.Append("    ").Append(node.Parameters.ToJsonString()).Append('\n');
        }
        Snapshot.Match(text.ToString());
    }

    [Fact]
    public void Needs_stand_before_those_that_need_them_and_ids_are_unique()
    {
        var nodes = ExperimentGraph.Build(Samples.Read()).Stages.Nodes;
        var seen = new HashSet<StageNode>();
        foreach (var node in nodes)
        {
            Assert.All(node.Needs.Values, need => Assert.Contains(need, seen));
            seen.Add(node);
        }
        Assert.Equal(nodes.Count, nodes.Select(n => n.Id).Distinct().Count());
    }

    [Fact]
    public void A_list_is_an_axis_whose_values_enter_ids_as_short_as_they_read_back() =>
        Assert.Equal(
            [
                "sample/merge/geometric_median/epsilon=0.1/granularity=matrix/two", "sample/merge/geometric_median/epsilon=1E-07/granularity=matrix/two",
                "sample/merge/geometric_median/epsilon=0.1/granularity=module/two", "sample/merge/geometric_median/epsilon=1E-07/granularity=module/two",
                "sample/merge/average/two",
            ],
            Ids(Samples.With("    sets: [two, three]\n    parameters: { granularity: matrix }", "    sets: [two]\n    compat: paper\n    parameters: { granularity: [matrix, module], epsilon: [0.10, 1e-7] }"), "merge"));

    [Fact]
    public void Parameters_that_differ_between_two_entries_of_a_method_tell_them_apart() =>
        Assert.Equal(
            ["sample/merge/geometric_median/two", "sample/merge/geometric_median/three", "sample/merge/geometric_median/compat=paper/two"],
            Ids(Samples.With("  - method: average\n    sets: [two]", "  - method: geometric_median\n    compat: paper\n    sets: [two]").Replace("{ method: average", "{ method: geometric_median", StringComparison.Ordinal), "merge"));

    [Fact]
    public void Weights_that_differ_between_two_entries_tell_them_apart() =>
        Assert.Equal(
            ["sample/merge/geometric_median/weight=a:1+b:2/two", "sample/merge/geometric_median/weight=b:0.5/two"],
            Ids(Samples.With("sets: [two, three]\n    parameters: { granularity: matrix }", "sets: [two]\n    parameters: { weight: { b: 2, a: 1 } }")
                .Replace("- method: average\n    sets: [two]", "- method: geometric_median\n    sets: [two]\n    parameters: { weight: { b: 0.5 } }", StringComparison.Ordinal)
                .Replace("{ method: average", "{ method: geometric_median", StringComparison.Ordinal), "merge"));

    [Fact]
    public void Adapters_scaled_in_two_ways_have_vectors_of_each() =>
        Assert.Equal(
            ["sample/vectors/lora_scale=peft/a", "sample/vectors/lora_scale=peft/b", "sample/vectors/lora_scale=none/a", "sample/vectors/lora_scale=none/b", "sample/vectors/lora_scale=none/c"],
            Ids(Samples.With("sets: [two, three]", "sets: [two]").Replace("- method: average\n    sets: [two]", "- method: geometric_median\n    compat: paper\n    sets: [three]", StringComparison.Ordinal)
                .Replace("method: average, set: two", "method: geometric_median", StringComparison.Ordinal), "vectors"));

    [Fact]
    public void Weights_by_name_become_weights_in_the_order_of_models()
    {
        var graph = ExperimentGraph.Build(Samples.Read(Samples.With("granularity: matrix", "weight: { b: 2, c: 0.5 }")));
        Assert.Equal("[1,2,0.5]", StageParameters.Read<MergeParameters>(Node(graph, "sample/merge/geometric_median/three")).Settings["weight"]!.ToJsonString());
        Assert.Equal("[1,2]", StageParameters.Read<MergeParameters>(Node(graph, "sample/merge/geometric_median/two")).Settings["weight"]!.ToJsonString());
    }

    [Fact]
    public void A_merge_of_a_merge_needs_it()
    {
        var graph = ExperimentGraph.Build(Samples.Read(Samples.With("three: [a, b, c]", "three: [c, \"@pair\"]").Replace("    sets: [two, three]", "    sets: [three]", StringComparison.Ordinal)
            .Replace("- method: average\n", "- method: average\n    name: pair\n", StringComparison.Ordinal).Replace("tasks: all", "tasks: own", StringComparison.Ordinal)
            .Replace("task: far", "task: c", StringComparison.Ordinal)));
        var vectors = Node(graph, "sample/vectors/@pair");
        Assert.Same(Node(graph, "sample/merge/average/two"), vectors.Needs["adapter"]);
        Assert.Same(vectors, Node(graph, "sample/merge/geometric_median/three").Needs["model/1"]);
        Assert.Equal(["a", "b", "c"], graph.Cells.Values.Where(c => c.Method == "geometric_median").Select(c => c.Task));
    }

    [Fact]
    public void Own_evaluates_a_set_on_the_tasks_of_its_adapters() =>
        Assert.Equal(
            [
                "sample/evaluate/pretrained/base/a", "sample/evaluate/pretrained/base/b", "sample/evaluate/pretrained/base/c",
                "sample/evaluate/individual/a/a", "sample/evaluate/individual/b/b", "sample/evaluate/individual/c/c",
                "sample/evaluate/geometric_median/two/a", "sample/evaluate/geometric_median/two/b",
                "sample/evaluate/geometric_median/three/a", "sample/evaluate/geometric_median/three/b", "sample/evaluate/geometric_median/three/c",
                "sample/evaluate/average/two/a", "sample/evaluate/average/two/b",
            ],
            Ids(Samples.With("tasks: all", "tasks: own").Replace("task: far, metric: rouge1, value", "task: a, metric: exact_match, value", StringComparison.Ordinal)
                .Replace("metric: rouge1, task: far", "metric: rouge1, task: c", StringComparison.Ordinal), "evaluate"));

    [Fact]
    public void Cells_name_what_stages_find()
    {
        var graph = ExperimentGraph.Build(Samples.Read(Samples.With("granularity: matrix", "granularity: [matrix, model]")));
        var cell = graph.Cells[Node(graph, "sample/evaluate/geometric_median/granularity=model/three/far")];
        Assert.Equal(("sample", "geometric_median", "{\"granularity\":\"model\"}", "three", 3, "far", "test"), (cell.Experiment, cell.Method, cell.Variant, cell.SetName, cell.Models, cell.Task, cell.Split));
        Assert.Same(Node(graph, "sample/merge/geometric_median/granularity=model/three"), cell.Merge);
        var average = graph.Cells[Node(graph, "sample/evaluate/average/two/far")];
        Assert.Equal((0.3, "Somewhere else", "{}"), (average.Published["rouge1"], average.PublishedSetup, average.Variant));
        Assert.Equal(("pretrained", "base", 0, null), Named(graph.Cells[Node(graph, "sample/evaluate/pretrained/base/b")]));
        Assert.Equal(("individual", "c", 1, null), Named(graph.Cells[Node(graph, "sample/evaluate/individual/c/b")]));
        Assert.Equal("all", graph.Cells[Node(graph, "sample/evaluate/individual/c/b")].Split);
        Assert.Equal(graph.Stages.Nodes.Where(n => n.Kind == "evaluate"), graph.Cells.Keys);

        static (string, string, int, StageNode?) Named(EvaluateCell cell) => (cell.Method, cell.SetName, cell.Models, cell.Merge);
    }

    [Fact]
    public void A_published_figure_of_a_variant_stands_beside_that_variant_alone()
    {
        var graph = ExperimentGraph.Build(Samples.Read(Samples.With("granularity: matrix", "granularity: [matrix, model]")
            .Replace("{ method: average, set: two,", "{ method: geometric_median, parameters: { granularity: model },", StringComparison.Ordinal)));
        Assert.Equal(["two model", "three model"], graph.Cells.Values.Where(c => c.Published.Count > 0).Select(c => $"{c.SetName} {JsonNode.Parse(c.Variant)!["granularity"]}"));
    }

    /// <summary>A key is made of contents: whoever renames things must not have to compute them again.</summary>
    [Fact]
    public void Names_are_in_no_parameter_or_role_but_the_reports()
    {
        var renamed = Samples.Text.Replace("name: sample", "name: other", StringComparison.Ordinal).Replace("A sample", "Another", StringComparison.Ordinal);
        foreach (var (from, to) in new[] { ("a", "red"), ("b", "green"), ("c", "blue"), ("far", "away") })
            renamed = renamed.Replace($"  {from}: ", $"  {to}: ", StringComparison.Ordinal);
        renamed = renamed.Replace("[a, b]", "[red, green]", StringComparison.Ordinal).Replace("[a, b, c]", "[red, green, blue]", StringComparison.Ordinal)
            .Replace("task: far", "task: away", StringComparison.Ordinal).Replace("two", "pair", StringComparison.Ordinal).Replace("three", "trio", StringComparison.Ordinal);
        var (left, right) = (ExperimentGraph.Build(Samples.Read()).Stages.Nodes, ExperimentGraph.Build(Samples.Read(renamed)).Stages.Nodes);
        Assert.Equal(left.Count, right.Count);
        foreach (var (a, b) in left.Zip(right))
        {
            Assert.NotEqual(a.Id, b.Id);
            if (a.Kind == "report") continue;
            Assert.True(JsonNode.DeepEquals(a.Parameters, b.Parameters), $"{a.Id} {b.Id}");
            Assert.Equal(a.Files.OrderBy(f => f.Key), b.Files.OrderBy(f => f.Key));
            Assert.Equal(a.Needs.Keys, b.Needs.Keys);
        }
    }

    [Fact]
    public void A_limit_brings_the_seed_and_choosing_leaves_generation_out()
    {
        var graph = ExperimentGraph.Build(Samples.Read());
        var limited = StageParameters.Read<EvaluateParameters>(Node(graph, "sample/evaluate/average/two/far"));
        Assert.Equal(("test", 50, 17L, 24, 8), (limited.Split, limited.Limit, limited.Seed, limited.Generate!.MaxNewTokens, limited.BatchSize));
        var chosen = StageParameters.Read<EvaluateParameters>(Node(graph, "sample/evaluate/average/two/b"));
        Assert.Equal((null, null, true, null), (chosen.Limit, chosen.Seed, chosen.Choose, chosen.Generate));
    }

    [Fact]
    public void A_report_carries_all_it_prints()
    {
        var graph = ExperimentGraph.Build(Samples.Read());
        var node = Node(graph, "sample/report");
        var report = StageParameters.Read<ReportParameters>(node);
        Assert.Equal(graph.Cells.Count, report.Cells.Count);
        for (var i = 0; i < report.Cells.Count; i++)
        {
            var cell = graph.Cells[node.Needs[$"evaluate/{i}"]];
            Assert.Equal((cell.Method, cell.SetName, cell.Task), (report.Cells[i].Method, report.Cells[i].SetName, report.Cells[i].Task));
            Assert.Same(cell.Merge, report.Cells[i].Merge is { } merge ? node.Needs[$"merge/{merge}"] : null);
        }
        Assert.Equal(0.03, report.Tolerance["rouge1"]);
        Assert.DoesNotContain("sample.yaml", node.Parameters.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_experiments_of_one_name_are_refused() =>
        Assert.Equal("two experiments are named 'sample'", Assert.Throws<MergeLab.Core.Errors.ProblemException>(() => ExperimentGraph.Build(Samples.Read(), Samples.Read())).Problem.What);

    /// <summary>No time is asserted: a quadratic pass over this many would be felt in every test run.</summary>
    [Fact]
    public void Ten_thousand_stages_are_unfolded()
    {
        var values = string.Join(", ", Enumerable.Range(1, 2000));
        var experiment = Samples.Read(Samples.With("    parameters: { granularity: matrix }", $"    compat: paper\n    parameters: {{ max_iterations: [{values}] }}").Replace("sets: [two, three]", "sets: [two]", StringComparison.Ordinal));
        var graph = ExperimentGraph.Build(experiment);
        Assert.True(graph.Stages.Nodes.Count > 10_000);
        Assert.Equal(2 + 2000, StageSelection.Parse(only: "sample/merge/geometric_median").Apply(graph.Stages).Stages.Nodes.Count);
    }
}
