using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>Tensors that are merged element by element must have one shape, and be numbers of one kind.</summary>
static class ShapeChecks
{
    /// <param name="output">Name of the output tensor.</param>
    /// <param name="vocabulary">It has a row for each token.</param>
    /// <param name="models">Whose they are.</param>
    /// <param name="tensors">In the order of the models.</param>
    /// <param name="hasTokenizer">The recipe has a tokenizer section.</param>
    public static void Refuse(string output, bool vocabulary, IReadOnlyList<ModelReference> models, IReadOnlyList<TensorSpec> tensors, bool hasTokenizer)
    {
        for (var i = 1; i < tensors.Count; i++)
        {
            var (first, other) = (tensors[0], tensors[i]);
            var place = new Place(models[i].Place.File, models[i].Place.Line, models[i].Place.Column, output);
            if (!other.Shape.SequenceEqual(first.Shape))
            {
                var shapes = $"it is {first.ShapeText} in '{models[0]}' and {other.ShapeText} in '{models[i]}'";
                throw vocabulary && !hasTokenizer && first.Shape.Skip(1).SequenceEqual(other.Shape.Skip(1))
                    ? new ProblemException("the models have vocabularies of different size", place, shapes, "say what becomes of the tokens: add tokenizer_source: union, or base, or a model; --unsafe-truncate-embeddings cuts them to the same size")
                    : new ProblemException("the tensor has different shapes", place, shapes, "merge models of one shape");
            }
            if (first.DType != other.DType && !(first.DType.IsFloat() && other.DType.IsFloat()))
                throw new ProblemException("the tensor has types that cannot be merged", place, $"it is {first.DType.Name()} in '{models[0]}' and {other.DType.Name()} in '{models[i]}'", "store it in one floating-point type");
        }
    }
}
