using MergeLab.Checkpoints;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>
/// Brings the rows of embeddings and heads into the order of the result's vocabulary, where a recipe has a tokenizer section. The planner asks it
/// for every tensor with a row for each token; what it returns must read lazily, as plans are made from headers alone.
/// </summary>
public interface IRowAlignment
{
    /// <summary>Rows of every embedding of the result.</summary>
    long Rows { get; }

    /// <summary>The models' tensors in the order of the result's vocabulary, each of <see cref="Rows"/> rows; in the order given.</summary>
    /// <param name="tensor">Name of the output tensor.</param>
    /// <param name="inputs">Every model that has the tensor (or lends another for it), with the tensor as stored.</param>
    IReadOnlyList<TensorReader> Align(string tensor, IReadOnlyList<(ModelReference Model, TensorReader Reader)> inputs);
}
