namespace MergeLab.Merging.Draws;

/// <summary>Which elements of a task vector survive a random drop: drawn, or replayed from a file.</summary>
public interface IKeepMasks
{
    /// <summary>The mask of one tensor of one model; null where nothing is dropped from it.</summary>
    /// <param name="tensor">Name of the output tensor.</param>
    /// <param name="model">The model as the recipe names it.</param>
    /// <param name="count">Elements of the tensor, which the mask must have.</param>
    KeepMask? Find(string tensor, string model, long count);
}
