using MergeLab.Core.Errors;
using MergeLab.Experiments;

namespace MergeLab.Execution;

/// <summary>The stages of a graph with needs first, else in the graph's own order.</summary>
public static class StageOrder
{
    enum Visit
    {
        None,
        Open,
        Done,
    }

    /// <exception cref="ProblemException">Two stages have one id, a need is not in the graph or stands for itself (a cycle), or two inputs have one role.</exception>
    public static IReadOnlyList<StageNode> Of(StageGraph graph)
    {
        CheckNames(graph);
        var state = graph.Nodes.ToDictionary(n => n, _ => Visit.None);
        var order = new List<StageNode>(graph.Nodes.Count);
        // An explicit stack: chains may be as long as the graph.
        var path = new Stack<(StageNode Node, IEnumerator<StageNode> Needs)>();
        foreach (var root in graph.Nodes)
        {
            if (state[root] == Visit.None) Open(root);
            while (path.TryPeek(out var top))
            {
                if (!top.Needs.MoveNext())
                {
                    state[top.Node] = Visit.Done;
                    order.Add(top.Node);
                    path.Pop().Needs.Dispose();
                    continue;
                }
                var need = top.Needs.Current;
                if (!state.TryGetValue(need, out var visit)) throw new ProblemException($"stage {top.Node.Id} needs {need.Id}, which is not in the graph");
                if (visit == Visit.Open) throw Cycle(path.Select(p => p.Node).TakeWhile(n => n != need), need);
                if (visit == Visit.None) Open(need);
            }
        }
        return order;

        void Open(StageNode node)
        {
            state[node] = Visit.Open;
            path.Push((node, node.Needs.Values.GetEnumerator()));
        }
    }

    static void CheckNames(StageGraph graph)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (!ids.Add(node.Id)) throw new ProblemException($"two stages are called {node.Id}");
            if (node.Files.Keys.FirstOrDefault(node.Needs.ContainsKey) is { } role) throw new ProblemException($"stage {node.Id} has two inputs in the role '{role}'");
        }
    }

    static ProblemException Cycle(IEnumerable<StageNode> above, StageNode closing)
    {
        string[] ring = [closing.Id, .. above.Select(n => n.Id).Reverse(), closing.Id];
        return new ProblemException("stages need each other in a circle", why: string.Join(" needs ", ring), remedy: "let one of them read something else");
    }
}
