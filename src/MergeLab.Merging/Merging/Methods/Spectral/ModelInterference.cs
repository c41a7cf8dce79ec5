using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>The measures of one weight matrix.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Energy">Σ_t ‖θ_t − average‖²: what rank 0 loses.</param>
/// <param name="Measures">One a share of the rank.</param>
public sealed record MatrixInterference(string Tensor, double Energy, IReadOnlyList<CartMeasure> Measures);

/// <summary>How much low-rank residuals of models lose and interfere (CART, section 5), matrix by matrix.</summary>
public static class ModelInterference
{
    /// <param name="models">At least two of one architecture.</param>
    /// <param name="shares">Shares of the smaller side of each matrix that truncation keeps, in [0, 1].</param>
    /// <param name="scale">Reading of the normalised singular values.</param>
    /// <param name="threads">Matrices at once; no bit depends on it.</param>
    /// <param name="cancellation">Asked before every matrix.</param>
    /// <returns>By name in ordinal order: linear maps, no embeddings.</returns>
    /// <exception cref="ProblemException">A model lacks a matrix, or has it in another shape.</exception>
    public static IReadOnlyList<MatrixInterference> Of(IReadOnlyList<WeightSource> models, IReadOnlyList<double> shares, SpectrumScale scale, int threads, CancellationToken cancellation)
    {
        var matrices = models[0].Tensors.Where(t => t.DType.IsFloat() && MatrixRole.IsDecomposed(t, false, MethodSettings.None, null)).ToList();
        if (matrices.Count == 0) throw new ProblemException("the model has no matrices", new Place(models[0].Name), "only linear maps are measured", "give models with two-dimensional weights");
        foreach (var matrix in matrices) Check(models, matrix);
        var found = new MatrixInterference[matrices.Count];
        Parallel.For(0, matrices.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, m => found[m] = Measure(models, matrices[m], shares, scale));
        return found;
    }

    static MatrixInterference Measure(IReadOnlyList<WeightSource> models, TensorSpec matrix, IReadOnlyList<double> shares, SpectrumScale scale)
    {
        var values = models.Select(model =>
        {
            var weights = new double[matrix.Count];
            model.Reader(matrix.Name).Read(0, weights.AsSpan());
            return weights;
        }).ToList();
        var side = Math.Min(matrix.Shape[0], matrix.Shape[1]);
        var measures = CartMeasures.Of(values, (int)matrix.Shape[0], (int)matrix.Shape[1], scale, [0, .. shares.Select(s => (int)RankShare.Kept(s, side))]);
        return new MatrixInterference(matrix.Name, measures[0].Reconstruction, [.. measures.Skip(1)]);
    }

    static void Check(IReadOnlyList<WeightSource> models, TensorSpec matrix)
    {
        foreach (var model in models.Skip(1))
        {
            var other = model.Find(matrix.Name) ?? throw new ProblemException("the model lacks a matrix of the first", new Place(model.Name, Tensor: matrix.Name), remedy: "give models of one architecture");
            if (!other.Shape.SequenceEqual(matrix.Shape))
                throw new ProblemException("the matrix has another shape than in the first model", new Place(model.Name, Tensor: matrix.Name), $"{other.ShapeText}, not {matrix.ShapeText}", "give models of one size");
        }
    }
}
