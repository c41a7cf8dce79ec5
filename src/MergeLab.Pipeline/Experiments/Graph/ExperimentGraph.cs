using MergeLab.Core.Errors;
using MergeLab.Experiments.Reading;

namespace MergeLab.Experiments.Graph;

/// <summary>The stages of experiments, and on the side what their results are called.</summary>
public sealed class ExperimentGraph
{
    ExperimentGraph(IReadOnlyList<Experiment> experiments, StageGraph stages, IReadOnlyDictionary<StageNode, EvaluateCell> cells) =>
        (Experiments, Stages, Cells) = (experiments, stages, cells);

    public IReadOnlyList<Experiment> Experiments { get; }

    /// <summary>Experiment after experiment; in each verify, vectors, merges, evaluations, report, with needs before those that need them.</summary>
    public StageGraph Stages { get; }

    /// <summary>What each evaluate stage's rows are called.</summary>
    public IReadOnlyDictionary<StageNode, EvaluateCell> Cells { get; }

    /// <summary>The same graph for the same files, node by node.</summary>
    /// <exception cref="ProblemException">Two experiments have one name, or a grid lists a merge twice or is too large.</exception>
    public static ExperimentGraph Build(params IReadOnlyList<Experiment> experiments)
    {
        var nodes = new List<StageNode>();
        var cells = new Dictionary<StageNode, EvaluateCell>();
        UniqueNames.Check(experiments);
        foreach (var experiment in experiments) new GraphBuilder(experiment, nodes, cells).Build();
        return new ExperimentGraph(experiments, new StageGraph(nodes), cells);
    }

    /// <summary>The experiment a stage belongs to.</summary>
    public Experiment ExperimentOf(StageNode node)
    {
        var name = node.Id[..node.Id.IndexOf('/', StringComparison.Ordinal)];
        return Experiments.First(e => e.Name == name);
    }
}
