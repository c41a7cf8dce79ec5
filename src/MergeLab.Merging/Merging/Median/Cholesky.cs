namespace MergeLab.Merging.Median;

/// <summary>Solves small symmetric positive definite systems.</summary>
static class Cholesky
{
    /// <summary>Solves A·x = b; only the lower half of A is read and it is overwritten. False where A is not positive definite.</summary>
    public static bool TrySolve(double[,] a, double[] b, out double[] x)
    {
        var n = b.Length;
        x = [.. b];
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var sum = a[i, j];
                for (var k = 0; k < j; k++) sum -= a[i, k] * a[j, k];
                if (i > j) a[i, j] = sum / a[j, j];
                else if (sum > 0) a[j, j] = Math.Sqrt(sum);
                else return false;
            }
        }
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++) x[i] -= a[i, k] * x[k];
            x[i] /= a[i, i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++) x[i] -= a[k, i] * x[k];
            x[i] /= a[i, i];
        }
        return true;
    }
}
