using System.IO.Enumeration;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Experiments;

namespace MergeLab.Execution;

/// <summary>
/// Chooses part of a graph by globs over stage ids (<c>*</c> also spans slashes). What chosen stages need comes along: it is mostly in the cache.
/// </summary>
public static class StageSelection
{
    /// <param name="graph">The whole graph.</param>
    /// <param name="only">These stages, and what they need.</param>
    /// <param name="from">These stages and all that depend on them, and what those need.</param>
    /// <param name="until">Up to these stages: they and what they need.</param>
    /// <returns>The stages that all given lists choose; the whole graph where none is given.</returns>
    /// <exception cref="ProblemException">A glob matches no stage.</exception>
    public static StageGraph Of(StageGraph graph, IReadOnlyList<string> only, IReadOnlyList<string> from, IReadOnlyList<string> until)
    {
        var order = StageOrder.Of(graph);
        var chosen = order.ToHashSet();
        if (only.Count > 0) chosen.IntersectWith(Matching(order, only, "--only"));
        if (from.Count > 0) chosen.IntersectWith(WithDependants(order, Matching(order, from, "--from")));
        if (until.Count > 0) chosen.IntersectWith(WithNeeds(order, Matching(order, until, "--until")));
        var kept = WithNeeds(order, chosen);
        return new([.. graph.Nodes.Where(kept.Contains)]);
    }

    static HashSet<StageNode> Matching(IReadOnlyList<StageNode> order, IReadOnlyList<string> globs, string option)
    {
        var found = new HashSet<StageNode>();
        foreach (var glob in globs)
        {
            var matches = order.Where(n => FileSystemName.MatchesSimpleExpression(glob, n.Id, ignoreCase: false)).ToList();
            if (matches.Count == 0)
                throw new ProblemException($"{option}={glob} matches no stage",
                    remedy: Suggestion.Closest(glob, order.Select(n => n.Id)) is { } near ? $"did you mean '{near}'?" : "the plan lists the stages");
            found.UnionWith(matches);
        }
        return found;
    }

    static HashSet<StageNode> WithNeeds(IReadOnlyList<StageNode> order, HashSet<StageNode> chosen)
    {
        var all = new HashSet<StageNode>(chosen);
        foreach (var node in order.Reverse())
            if (all.Contains(node)) all.UnionWith(node.Needs.Values);
        return all;
    }

    static HashSet<StageNode> WithDependants(IReadOnlyList<StageNode> order, HashSet<StageNode> chosen)
    {
        var all = new HashSet<StageNode>(chosen);
        foreach (var node in order)
            if (node.Needs.Values.Any(all.Contains)) all.Add(node);
        return all;
    }
}
