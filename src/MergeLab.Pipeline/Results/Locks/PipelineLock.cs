using System.Text.Json.Nodes;

namespace MergeLab.Results.Locks;

/// <summary>The stages that made a result set: what a reviewer sees move in <c>pipeline.lock</c>. Holds no time, host or path.</summary>
/// <param name="Tolerance">By metric, and "default": what another numeric runtime may differ by.</param>
/// <param name="Stages">By stage id.</param>
public sealed record PipelineLock(string Experiment, IReadOnlyDictionary<string, double> Tolerance, IReadOnlyDictionary<string, LockedStage> Stages)
{
    /// <summary>The numeric runtimes its stages ran on.</summary>
    public IReadOnlySet<string> Runtimes => Stages.Values.Select(s => s.Runtime).OfType<string>().ToHashSet(StringComparer.Ordinal);
}

/// <param name="CodeVersion">Of the kind.</param>
/// <param name="Parameters">As they enter the key.</param>
/// <param name="Inputs">Digests by role.</param>
/// <param name="Outputs">Digests by file.</param>
/// <param name="Runtime">The numeric runtime's line; null for kinds that do not depend on it.</param>
public sealed record LockedStage(
    string Kind, string Key, int CodeVersion, JsonObject Parameters, IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, string> Outputs, string? Runtime);
