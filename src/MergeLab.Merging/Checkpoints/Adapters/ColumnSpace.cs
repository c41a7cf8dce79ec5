namespace MergeLab.Checkpoints.Adapters;

/// <summary>Orthonormal bases of parts of a matrix' column space, in double.</summary>
static class ColumnSpace
{
    const int MostSweeps = 60;

    /// <summary>The first <paramref name="count"/> columns of Q of a QR decomposition, up to sign: Gram–Schmidt, twice for orthogonality (Giraud et al. 2005).</summary>
    /// <param name="matrix">rows × columns, row-major.</param>
    /// <param name="rows">Its height.</param>
    /// <param name="columns">Its width.</param>
    /// <param name="count">At most the smaller of both.</param>
    public static double[][] First(float[] matrix, int rows, int columns, int count)
    {
        var basis = new double[count][];
        for (var k = 0; k < count; k++)
        {
            var v = new double[rows];
            for (var i = 0; i < rows; i++) v[i] = matrix[(long)i * columns + k];
            for (var pass = 0; pass < 2; pass++)
                for (var j = 0; j < k; j++) Subtract(v, basis[j], Dot(v, basis[j]));
            Normalise(v);
            basis[k] = v;
        }
        return basis;
    }

    /// <summary>
    /// The leading left singular vectors, largest singular value first: one-sided Jacobi rotations on the rows (Hestenes 1958), which
    /// orthogonalise the rows of JᵀM; the left vectors are the columns of J.
    /// </summary>
    /// <param name="matrix">rows × columns, row-major.</param>
    /// <param name="rows">Its height.</param>
    /// <param name="columns">Its width.</param>
    /// <param name="count">How many.</param>
    public static double[][] Leading(float[] matrix, int rows, int columns, int count)
    {
        var m = new double[rows][];
        var turns = new double[rows][];
        for (var i = 0; i < rows; i++)
        {
            m[i] = new double[columns];
            for (var j = 0; j < columns; j++) m[i][j] = matrix[(long)i * columns + j];
            turns[i] = new double[rows];
            turns[i][i] = 1;
        }
        for (var sweep = 0; sweep < MostSweeps && Sweep(m, turns); sweep++)
        {
            // Until a sweep finds every pair of rows orthogonal.
        }
        return [.. Enumerable.Range(0, rows).OrderByDescending(i => Dot(m[i], m[i])).ThenBy(i => i).Take(count).Select(i => turns[i])];
    }

    static bool Sweep(double[][] m, double[][] turns)
    {
        const double orthogonal = 1e-15;
        var turned = false;
        for (var p = 0; p < m.Length - 1; p++)
        {
            for (var q = p + 1; q < m.Length; q++)
            {
                var (pp, qq, pq) = (Dot(m[p], m[p]), Dot(m[q], m[q]), Dot(m[p], m[q]));
                if (Math.Abs(pq) <= orthogonal * Math.Sqrt(pp * qq)) continue;
                turned = true;
                var zeta = (qq - pp) / (2 * pq);
                var t = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
                var c = 1 / Math.Sqrt(1 + t * t);
                Rotate(m[p], m[q], c, c * t);
                Rotate(turns[p], turns[q], c, c * t);
            }
        }
        return turned;
    }

    static void Rotate(double[] x, double[] y, double c, double s)
    {
        for (var i = 0; i < x.Length; i++) (x[i], y[i]) = (c * x[i] - s * y[i], s * x[i] + c * y[i]);
    }

    static double Dot(double[] x, double[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    static void Subtract(double[] x, double[] y, double times)
    {
        for (var i = 0; i < x.Length; i++) x[i] -= times * y[i];
    }

    static void Normalise(double[] x)
    {
        var norm = Math.Sqrt(Dot(x, x));
        for (var i = 0; norm > 0 && i < x.Length; i++) x[i] /= norm;
    }
}
