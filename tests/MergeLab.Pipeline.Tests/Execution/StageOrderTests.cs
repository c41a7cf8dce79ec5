using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Execution;
using MergeLab.Experiments;

namespace MergeLab.Pipeline.Tests.Execution;

public class StageOrderTests
{
    static StageNode Open(string id, IDictionary<string, StageNode> needs) =>
        new(id, "concat", [], new Dictionary<string, string>(), (IReadOnlyDictionary<string, StageNode>)needs);

    [Fact]
    public void Needs_come_first_and_else_the_graphs_own_order_stays()
    {
        var a = Workshop.Stage("a", "");
        var b = Workshop.Stage("b", "", ("x", a));
        var c = Workshop.Stage("c", "", ("x", b), ("y", a));
        var d = Workshop.Stage("d", "");
        Assert.Equal([d, a, b, c], StageOrder.Of(new([d, c, b, a])));
        Assert.Equal([a, b, c, d], StageOrder.Of(new([a, b, c, d])));
    }

    [Fact]
    public void A_circle_is_refused_and_shown()
    {
        var needs = new Dictionary<string, StageNode>();
        var first = Open("first", needs);
        var second = Workshop.Stage("second", "", ("x", first));
        needs["y"] = Workshop.Stage("third", "", ("x", second));
        var error = Assert.Throws<ProblemException>(() => StageOrder.Of(new([first, second, needs["y"]])));
        Assert.Contains("first needs third needs second needs first", error.Message, StringComparison.Ordinal);
        needs["y"] = first;
        Assert.Contains("first needs first", Assert.Throws<ProblemException>(() => StageOrder.Of(new([first]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ambiguous_and_absent_stages_are_refused()
    {
        var a = Workshop.Stage("a", "");
        Assert.Throws<ProblemException>(() => StageOrder.Of(new([a, Workshop.Stage("a", "other")])));
        Assert.Contains("not in the graph", Assert.Throws<ProblemException>(() => StageOrder.Of(new([Workshop.Stage("b", "", ("x", a))]))).Message, StringComparison.Ordinal);
        var twice = new StageNode("c", "concat", new JsonObject(), new Dictionary<string, string> { ["x"] = "file" }, new Dictionary<string, StageNode> { ["x"] = a });
        Assert.Throws<ProblemException>(() => StageOrder.Of(new([a, twice])));
    }

    [Fact]
    public void A_chain_as_long_as_the_graph_is_no_problem()
    {
        var chain = new List<StageNode> { Workshop.Stage("0", "") };
        for (var i = 1; i < 20_000; i++) chain.Add(Workshop.Stage($"{i}", "", ("x", chain[^1])));
        Assert.Equal(chain, StageOrder.Of(new([.. Enumerable.Reverse(chain)])));
    }
}
