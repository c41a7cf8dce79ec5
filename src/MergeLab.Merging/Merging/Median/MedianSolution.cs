namespace MergeLab.Merging.Median;

/// <summary>What the geometric median is.</summary>
public enum MedianKind
{
    /// <summary>Strictly between the points: the unique zero of the gradient.</summary>
    Interior,

    /// <summary>One of several distinct points.</summary>
    Vertex,

    /// <summary>Not unique: every point between two neighbours on a line is a minimiser. The middle is returned.</summary>
    Segment,

    /// <summary>All points with weight coincide.</summary>
    Point,
}

/// <summary>The minimiser of Σ w_i·‖x_i − m‖ as an affine combination m = Σ c_i·x_i of the points.</summary>
/// <param name="Kind">What the minimiser is.</param>
/// <param name="Coefficients">c (n, sums to 1). Interior: (w_i/d_i)/Σ(w_j/d_j). Copies of a point share by weight; a point of weight 0 gets 0.</param>
/// <param name="Objective">Σ w_i·‖x_i − m‖.</param>
/// <param name="Iterations">Newton or Weiszfeld steps taken; 0 where none were needed.</param>
/// <param name="Converged">False only where the step limit ended the search.</param>
/// <param name="Indices">The copies of the point that is the median (vertex, point) or of the two ends (segment); empty for an interior median.</param>
public sealed record MedianSolution(
    MedianKind Kind, double[] Coefficients, double Objective, int Iterations, bool Converged, IReadOnlyList<int> Indices);
