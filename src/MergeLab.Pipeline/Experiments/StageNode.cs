using System.Text.Json.Nodes;

namespace MergeLab.Experiments;

/// <summary>
/// One stage of an experiment: a pure function of its parameters, files and the outputs of other stages. Names and paths are not part of what
/// it computes: its key is made of contents alone.
/// </summary>
/// <param name="Id">Such as <c>geomed/merge/geometric_median/six</c>; unique in a graph.</param>
/// <param name="Kind">verify, vectors, merge, evaluate, report.</param>
/// <param name="Parameters">Everything besides inputs that can change a bit of the output.</param>
/// <param name="Files">Files and folders read, by the role they play; absolute paths.</param>
/// <param name="Needs">Stages whose outputs are read, by the role they play.</param>
public sealed record StageNode(
    string Id, string Kind, JsonObject Parameters, IReadOnlyDictionary<string, string> Files, IReadOnlyDictionary<string, StageNode> Needs)
{
    /// <summary>Nodes are compared by identity: one object a stage.</summary>
    public bool Equals(StageNode? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Id;
}

/// <summary>The stages of one or several experiments, needs before those that need them.</summary>
public sealed record StageGraph(IReadOnlyList<StageNode> Nodes);
