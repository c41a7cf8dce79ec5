using MergeLab.Core.Errors;

namespace MergeLab.Evaluation;

/// <summary>Predictions and references must go together one to one.</summary>
static class Pairing
{
    public static void Check(int predictions, int references)
    {
        if (predictions != references)
            throw new ProblemException($"{predictions} predictions but {references} references", remedy: "give one reference, or list of references, for each prediction");
    }

    public static void Check<T>(int predictions, IReadOnlyList<IReadOnlyList<T>> references)
    {
        Check(predictions, references.Count);
        for (var i = 0; i < references.Count; i++)
            if (references[i].Count == 0) throw new ProblemException($"example {i + 1} has no reference", remedy: "give at least one");
    }
}
