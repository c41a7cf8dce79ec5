using System.Collections.Frozen;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Experiments;
using MergeLab.Stages;

namespace MergeLab.Execution;

/// <summary>The kinds of stages that can be run, by name.</summary>
public sealed class StageKindSet(IEnumerable<IStageKind> kinds)
{
    readonly FrozenDictionary<string, IStageKind> byName = kinds.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    /// <exception cref="ProblemException">There is no such kind.</exception>
    public IStageKind Of(StageNode node) => byName.TryGetValue(node.Kind, out var kind)
        ? kind
        : throw new ProblemException($"stage {node.Id} is of an unknown kind, '{node.Kind}'", why: $"there are {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}",
            remedy: Suggestion.Closest(node.Kind, byName.Keys) is { } near ? $"did you mean '{near}'?" : null);
}
