using MergeLab.Core.Errors;

namespace MergeLab.Experiments.Graph;

/// <summary>A part of a graph.</summary>
/// <param name="Wanted">The stages that were asked for.</param>
/// <param name="Stages">They and all they need, in the graph's order.</param>
public sealed record SelectedStages(IReadOnlySet<StageNode> Wanted, StageGraph Stages);

/// <summary>What <c>--only</c>, <c>--from</c> and <c>--until</c> ask for. Together they narrow each other down.</summary>
/// <param name="Only">These stages.</param>
/// <param name="From">These and all that need them, directly or not.</param>
/// <param name="Until">These and all they need.</param>
public sealed record StageSelection(IReadOnlyList<Glob> Only, IReadOnlyList<Glob> From, IReadOnlyList<Glob> Until)
{
    public static StageSelection Everything { get; } = new([], [], []);

    /// <summary>Reads comma-separated patterns; null for an option that was not given.</summary>
    public static StageSelection Parse(string? only = null, string? from = null, string? until = null) =>
        new(Glob.ParseList(only), Glob.ParseList(from), Glob.ParseList(until));

    /// <exception cref="ProblemException">A pattern matches no stage, or no stage is left.</exception>
    public SelectedStages Apply(StageGraph graph)
    {
        var wanted = graph.Nodes.ToHashSet();
        if (Only.Count > 0) wanted.IntersectWith(Matching(Only, graph));
        if (From.Count > 0) wanted.IntersectWith(WithDependants(Matching(From, graph), graph));
        if (Until.Count > 0) wanted.IntersectWith(WithNeeds(Matching(Until, graph), graph));
        if (wanted.Count == 0 && graph.Nodes.Count > 0)
            throw new ProblemException("no stage is left to run", why: "--only, --from and --until have no stage in common", remedy: "leave one of them out");
        var stages = WithNeeds(wanted, graph);
        return new SelectedStages(wanted, new StageGraph([.. graph.Nodes.Where(stages.Contains)]));
    }

    static HashSet<StageNode> Matching(IReadOnlyList<Glob> globs, StageGraph graph) => [.. Glob.Select(globs, graph.Nodes, n => n.Id, "stage")];

    /// <summary>One pass: needs stand before those that need them.</summary>
    static HashSet<StageNode> WithDependants(HashSet<StageNode> start, StageGraph graph)
    {
        foreach (var node in graph.Nodes)
            if (node.Needs.Values.Any(start.Contains)) start.Add(node);
        return start;
    }

    static HashSet<StageNode> WithNeeds(HashSet<StageNode> start, StageGraph graph)
    {
        var all = new HashSet<StageNode>(start);
        for (var i = graph.Nodes.Count - 1; i >= 0; i--)
            if (all.Contains(graph.Nodes[i])) all.UnionWith(graph.Nodes[i].Needs.Values);
        return all;
    }
}
