namespace MergeLab.Merging.Median;

/// <summary>
/// Minimises Σ w_i·‖x − y_i‖ from a start that lies below every point. Newton steps with backtracking, and a Weiszfeld step, which always
/// descends, where the Newton step does not.
/// </summary>
static class NewtonDescent
{
    const int StepLimit = 1000;
    const int Halvings = 40;

    public sealed record Result(double[] Distances, double Objective, int Iterations, bool Converged);

    public static Result From(double[] start, double[][] points, double[] weights)
    {
        var now = Evaluate(start, points, weights);
        var total = weights.Sum();
        for (var step = 1; step <= StepLimit; step++)
        {
            if (now.Slope <= 1e-16 * total) return Done(now, step - 1, true);
            var next = NewtonStep(now, points, weights) ?? WeiszfeldStep(now, points, weights);
            // At the limit of float64 neither step improves anything any more.
            if (next is null) return Done(now, step - 1, now.Slope <= 1e-6 * total);
            now = next;
        }
        return Done(now, StepLimit, false);
    }

    static Result Done(State at, int steps, bool converged) => new(at.Distances, at.Objective, steps, converged);

    sealed record State(double[] At, double[] Distances, double Objective, double[] Gradient, double Slope);

    static State Evaluate(double[] at, double[][] points, double[] weights)
    {
        var distances = new double[points.Length];
        var gradient = new double[at.Length];
        var objective = 0.0;
        for (var i = 0; i < points.Length; i++)
        {
            distances[i] = Vectors.Distance(at, points[i]);
            objective += weights[i] * distances[i];
            var share = weights[i] / distances[i];
            for (var e = 0; e < at.Length; e++) gradient[e] += share * (at[e] - points[i][e]);
        }
        return new State(at, distances, objective, gradient, Vectors.Norm(gradient));
    }

    static State? NewtonStep(State now, double[][] points, double[] weights)
    {
        var hessian = Hessian(now, points, weights);
        if (!Cholesky.TrySolve(hessian, now.Gradient, out var step)) return null;
        var decrease = Vectors.Dot(now.Gradient, step);
        // Below this the objective cannot show progress in its last digits; the gradient still can.
        var objectiveIsBlind = decrease <= 1e-11 * now.Objective;
        for (var (factor, k) = (1.0, 0); k < Halvings; factor /= 2, k++)
        {
            var next = Evaluate(Vectors.Add(now.At, -factor, step), points, weights);
            if (objectiveIsBlind ? next.Slope < now.Slope : next.Objective <= now.Objective - 1e-4 * factor * decrease) return next;
            if (objectiveIsBlind && k > 2) break;
        }
        return null;
    }

    static State? WeiszfeldStep(State now, double[][] points, double[] weights)
    {
        var sum = new double[now.At.Length];
        var shares = 0.0;
        for (var i = 0; i < points.Length; i++)
        {
            var share = weights[i] / now.Distances[i];
            shares += share;
            for (var e = 0; e < sum.Length; e++) sum[e] += share * points[i][e];
        }
        var next = Evaluate(Vectors.Scale(sum, 1 / shares), points, weights);
        return next.Objective < now.Objective ? next : null;
    }

    /// <summary>Σ w_i/d_i·(I − u_i·u_iᵀ), positive definite where the points are not on a line.</summary>
    static double[,] Hessian(State now, double[][] points, double[] weights)
    {
        var r = now.At.Length;
        var hessian = new double[r, r];
        var unit = new double[r];
        for (var i = 0; i < points.Length; i++)
        {
            var share = weights[i] / now.Distances[i];
            for (var e = 0; e < r; e++) unit[e] = (now.At[e] - points[i][e]) / now.Distances[i];
            for (var a = 0; a < r; a++)
            {
                hessian[a, a] += share;
                for (var b = 0; b <= a; b++) hessian[a, b] -= share * unit[a] * unit[b];
            }
        }
        return hessian;
    }
}
