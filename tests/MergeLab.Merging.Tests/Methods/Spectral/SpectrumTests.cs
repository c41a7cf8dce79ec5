using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.Tests.Methods.Spectral;

/// <summary>Parts of large decompositions, by way of Gram matrices, against the whole decomposition.</summary>
public class SpectrumTests
{
    [Theory]
    [InlineData(400, 150, 20, 0.0)]
    [InlineData(150, 400, 20, 0.0)]
    [InlineData(200, 200, 40, 0.5)]
    [InlineData(160, 300, 5, 2.0)]
    [InlineData(180, 140, 60, 1.0)]
    public void Leading_triples_and_approximations_are_those_of_the_whole_decomposition(int rows, int columns, int k, double decay)
    {
        using var scope = NewDisposeScope();
        manual_seed(rows + k);
        var a = randn([rows, columns], ScalarType.Float64);
        var (u, s, vt) = linalg.svd(a, fullMatrices: false);
        a = u.mul(s).mul(arange(1, s.numel() + 1, ScalarType.Float64).pow(-decay)).matmul(vt);
        (u, s, vt) = linalg.svd(a, fullMatrices: false);
        var wanted = u.narrow(1, 0, k).mul(s.narrow(0, 0, k)).matmul(vt.narrow(0, 0, k));
        var norm = wanted.norm().item<double>();
        var (leftU, leftS, leftVt) = Spectrum.Leading(a, k);
        Assert.InRange(leftS.sub(s.narrow(0, 0, k)).norm().item<double>(), 0, 1e-12 * norm);
        Assert.InRange(leftU.mul(leftS).matmul(leftVt).sub(wanted).norm().item<double>(), 0, 1e-10 * norm);
        Assert.InRange(leftU.mT.matmul(leftU).sub(eye(k, ScalarType.Float64)).norm().item<double>(), 0, 1e-11);
        Assert.InRange(Spectrum.Approximation(a, k).sub(wanted).norm().item<double>(), 0, 1e-10 * norm);
    }

    [Fact]
    public void Rows_of_a_matrix_that_is_a_view_are_read_in_its_own_order()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var a = randn([300, 200], ScalarType.Float64);
        Assert.InRange(Spectrum.Approximation(a.mT, 10).sub(Spectrum.Approximation(a, 10).mT).norm().item<double>(), 0, 1e-10);
    }

    [Fact]
    public void A_matrix_of_zeros_has_rank_zero_and_is_its_own_approximation()
    {
        using var scope = NewDisposeScope();
        var a = zeros([200, 200], ScalarType.Float64);
        Assert.Equal(0, Spectrum.Rank(Spectrum.Leading(a, 20).S, 1e-10));
        Assert.Equal(0, Spectrum.Approximation(a, 20).norm().item<double>());
    }
}
