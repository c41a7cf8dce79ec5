using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spherical;

/// <summary>What a method works on for which a base is optional: task vectors with one, weights without.</summary>
public static class BaseSpace
{
    public static InputSpace Of(MergeRun run, string method)
    {
        if (run.Tensors.All(t => t.Base is null)) return InputSpace.Weights;
        if (run.Tensors.FirstOrDefault(t => t.Base is null) is not { } without) return InputSpace.TaskVectors;
        throw new ProblemException($"'{without.Output.Name}' has no base, other tensors have one", why: $"{method} works on task vectors or on weights, not on both in one merge", remedy: "give every slice a base, or none");
    }
}
