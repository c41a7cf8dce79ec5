using MergeLab.Experiments;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>Computes the key of a stage from what it reads.</summary>
/// <param name="kinds">The kinds of the stages.</param>
/// <param name="fileDigest">Digest of a file or folder.</param>
/// <param name="runtime">The numeric runtime; asked only for kinds that depend on it.</param>
sealed class StageKeyBuilder(StageKindSet kinds, Func<string, string> fileDigest, Func<string> runtime)
{
    readonly Lazy<string> runtime = new(runtime);

    /// <param name="node">The stage.</param>
    /// <param name="outputDigest">Digest of the output of a needed stage.</param>
    public StageKey Build(StageNode node, Func<StageNode, string> outputDigest)
    {
        var inputs = KnownInputs(node, outputDigest);
        var kind = kinds.Of(node);
        return new StageKey(kind.Name, kind.CodeVersion, node.Parameters, inputs!, RuntimeOf(node));
    }

    /// <summary>Digest by role; null for needs whose output is not known.</summary>
    public Dictionary<string, string?> KnownInputs(StageNode node, Func<StageNode, string?> outputDigest)
    {
        var inputs = new Dictionary<string, string?>(node.Files.Count + node.Needs.Count, StringComparer.Ordinal);
        foreach (var (role, path) in node.Files) inputs[role] = fileDigest(path);
        foreach (var (role, need) in node.Needs) inputs[role] = outputDigest(need);
        return inputs;
    }

    public string? RuntimeOf(StageNode node) => kinds.Of(node).IsNumeric(node) ? runtime.Value : null;
}
