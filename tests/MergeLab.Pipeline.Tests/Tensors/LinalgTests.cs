namespace MergeLab.Pipeline.Tests.Tensors;

public sealed class LinalgTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    // Float64 decompositions of these sizes are exact to some hundred units in the last place.
    const double Tolerance = 1e-12;

    static Tensor Matrix(params long[] shape) => (arange(shape.Aggregate(1L, (a, b) => a * b), float64) * 1.7).sin().view(shape);

    [Theory]
    [InlineData(7, 4)]
    [InlineData(4, 7)]
    [InlineData(5, 5)]
    public void Svd_gives_back_the_matrix_with_orthogonal_factors(long rows, long columns)
    {
        var a = Matrix(3, rows, columns);
        var (u, s, vh) = linalg.svd(a, fullMatrices: false);
        Assert.True(u.mul(s.unsqueeze(-2)).matmul(vh).allclose(a, 0, Tolerance));
        Assert.True(u.mT.matmul(u).allclose(eye(Math.Min(rows, columns), float64), 0, Tolerance));
        Assert.True(vh.matmul(vh.mT).allclose(eye(Math.Min(rows, columns), float64), 0, Tolerance));
        Assert.True((s[.., ..^1] - s[.., 1..]).ge(0).all().ToBoolean());
        Assert.Equal([3, rows, rows], linalg.svd(a).U.shape);
        Assert.True(linalg.svdvals(a).allclose(s, 0, Tolerance));
    }

    [Fact]
    public void Qr_is_orthogonal_times_triangular()
    {
        var a = Matrix(6, 4);
        var (q, r) = linalg.qr(a);
        Assert.Equal([6L, 4], q.shape);
        Assert.True(q.matmul(r).allclose(a, 0, Tolerance));
        Assert.True(r.equal(r.triu()));
        Assert.Equal([6L, 6], linalg.qr(a, linalg.QRMode.Complete).Q.shape);
    }

    [Fact]
    public void Eigh_ascends_and_reads_the_half_it_is_told()
    {
        var a = Matrix(5, 5);
        var symmetric = a + a.t();
        var (values, vectors) = linalg.eigh(symmetric);
        Assert.True(vectors.mul(values).matmul(vectors.t()).allclose(symmetric, 0, Tolerance));
        Assert.True(linalg.eigh(symmetric.triu(), 'U').Item1.allclose(values, 0, Tolerance));
        Assert.True((values[1..] - values[..^1]).ge(0).all().ToBoolean());
    }

    [Fact]
    public void Solve_and_cholesky()
    {
        var a = Matrix(4, 4);
        var definite = a.matmul(a.t()) + eye(4, float64);
        var b = Matrix(4, 2);
        Assert.True(definite.matmul(linalg.solve(definite, b)).allclose(b, 0, Tolerance));
        var l = linalg.cholesky(definite);
        Assert.True(l.matmul(l.t()).allclose(definite, 0, Tolerance));
        Assert.Throws<TorchException>(() => linalg.cholesky(-definite));
    }

    [Fact]
    public void The_libraries_pass_their_own_check() => Assert.Null(TorchRuntime.SelfTest());
}
