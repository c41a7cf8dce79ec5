using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Evaluation.Statistics;

namespace MergeLab.Pipeline.Tests.Evaluation;

/// <summary>p-values to 1e-10 relative (they depend on the special functions' library), statistics and intervals to 1e-12.</summary>
public sealed class StatisticsTests
{
    const double OfP = 1e-10;
    const double OfStatistic = 1e-12;

    [Fact]
    public void The_paired_t_test_is_scipys()
    {
        foreach (var row in GoldenLines.Read("stats", "paired.jsonl"))
        {
            var (name, expected) = (row.Text("name"), row.GetProperty("ttest"));
            var actual = PairedTests.T(row.Numbers("a"), row.Numbers("b"));
            if (expected.TryGetProperty("error", out _)) continue;
            GoldenLines.Near(expected.Number("statistic"), actual.Statistic, OfStatistic, $"{name} t");
            GoldenLines.Near(expected.Number("p"), actual.P, OfP, $"{name} p");
            GoldenLines.Near(expected.Number("p_less"), actual.PLess, OfP, $"{name} less");
            GoldenLines.Near(expected.Number("p_greater"), actual.PGreater, OfP, $"{name} greater");
            GoldenLines.Near(expected.Numbers("ci95"), [actual.Low, actual.High], OfStatistic, $"{name} interval");
        }
    }

    [Fact]
    public void Wilcoxons_test_is_scipys_for_every_rule_and_method()
    {
        foreach (var row in GoldenLines.Read("stats", "paired.jsonl"))
        {
            foreach (var test in row.GetProperty("wilcoxon").EnumerateArray())
            {
                var zeros = Enum.Parse<ZeroRule>(test.Text("zero_method"), ignoreCase: true);
                var method = Enum.Parse<WilcoxonMethod>(test.Text("method"), ignoreCase: true);
                var expected = test.GetProperty("result");
                if (expected.TryGetProperty("error", out _)) continue;
                var actual = Wilcoxon.Test(row.Numbers("a"), row.Numbers("b"), zeros, test.GetProperty("correction").GetBoolean(), method);
                var where = $"{row.Text("name")} {test.Text("zero_method")} {test.Text("method")} {test.GetProperty("correction")}";
                GoldenLines.Near(expected.Number("statistic"), actual.Statistic, OfStatistic, where);
                GoldenLines.Near(expected.Number("p"), actual.P, OfP, where);
            }
        }
    }

    [Fact]
    public void The_sign_test_and_all_sign_flips_are_scipys()
    {
        foreach (var row in GoldenLines.Read("stats", "paired.jsonl"))
        {
            var (a, b) = (row.Numbers("a"), row.Numbers("b"));
            var sign = row.GetProperty("sign_test");
            if (!sign.TryGetProperty("error", out _))
            {
                var actual = PairedTests.Sign(a, b);
                Assert.Equal((sign.Number("positive"), sign.Number("nonzero")), (actual.Positive, actual.NonZero));
                GoldenLines.Near(sign.Number("p"), actual.P, OfP, $"{row.Text("name")} sign");
            }
            if (!row.TryGetProperty("sign_flip_exact", out var flips) || flips.TryGetProperty("error", out _)) continue;
            var flipped = PairedTests.SignFlips(a, b);
            GoldenLines.Within(flips.Number("statistic"), flipped.Statistic, OfStatistic, row.Text("name"));
            Assert.Equal(flips.Number("p"), flipped.P);
        }
    }

    [Fact]
    public void Sign_flips_of_many_pairs_are_refused() => Assert.Throws<ProblemException>(() => PairedTests.SignFlips(new double[25], new double[25]));

    [Fact]
    public void McNemars_test_is_that_of_statsmodels()
    {
        foreach (var row in GoldenLines.Read("stats", "mcnemar.jsonl"))
        {
            var (onlyA, onlyB) = (row.GetProperty("table")[0][1].GetInt32(), row.GetProperty("table")[1][0].GetInt32());
            GoldenLines.Near(row.GetProperty("exact").Number("p"), PairedTests.McNemarExact(onlyA, onlyB), OfP, row.ToString());
            foreach (var (name, corrected) in new[] { ("chi2", false), ("chi2_corrected", true) })
            {
                var (statistic, p) = PairedTests.McNemar(onlyA, onlyB, corrected);
                GoldenLines.Near(row.GetProperty(name).Number("statistic"), statistic, OfStatistic, row.ToString());
                GoldenLines.Near(row.GetProperty(name).Number("p"), p, OfP, row.ToString());
            }
        }
    }

    [Theory]
    [InlineData("bonferroni")]
    [InlineData("holm")]
    [InlineData("simes-hochberg")]
    [InlineData("fdr_bh")]
    [InlineData("fdr_by")]
    public void Adjusted_p_values_are_those_of_statsmodels(string method)
    {
        Func<IReadOnlyList<double>, double[]> adjust = method switch
        {
            "bonferroni" => Corrections.Bonferroni,
            "holm" => Corrections.Holm,
            "simes-hochberg" => Corrections.Hochberg,
            "fdr_bh" => Corrections.BenjaminiHochberg,
            _ => Corrections.BenjaminiYekutieli,
        };
        foreach (var row in GoldenLines.Read("stats", "corrections.jsonl"))
            GoldenLines.Near(row.GetProperty(method).Numbers("adjusted"), adjust(row.Numbers("p")), OfStatistic, method);
    }

    [Fact]
    public void Intervals_of_a_share_are_those_of_statsmodels()
    {
        foreach (var row in GoldenLines.Read("stats", "proportions.jsonl"))
        {
            var (count, n, confidence) = (row.GetProperty("count").GetInt32(), row.GetProperty("n").GetInt32(), 1 - row.Number("alpha"));
            void Same(string name, Interval actual, double tolerance)
            {
                var expected = row.Numbers(name);
                var where = $"{name} of {count}/{n} at {confidence}";
                GoldenLines.Near(expected[0], actual.Low, tolerance, where);
                GoldenLines.Near(expected[1], actual.High, tolerance, where);
            }
            // scipy's is exactly 0 and 1 at the ends; statsmodels' differs from it by rounding.
            Same("scipy_wilson", Proportions.Wilson(count, n, confidence), OfStatistic);
            Same("normal", Proportions.Normal(count, n, confidence), OfStatistic);
            Same("agresti_coull", Proportions.AgrestiCoull(count, n, confidence), OfStatistic);
            Same("beta", Proportions.ClopperPearson(count, n, confidence), OfP);
            Same("jeffreys", Proportions.Jeffreys(count, n, confidence), OfP);
        }
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.005, -2.5758293035489004)]
    [InlineData(1e-20, -9.262340089798408)]
    public void Normal_quantiles_are_right_far_out(double p, double z) => GoldenLines.Within(z, Distributions.NormalQuantile(p), 1e-13 * Math.Max(1, Math.Abs(z)), "z");

    static double Statistic(string name, ReadOnlySpan<double> sample)
    {
        double[] values = sample.ToArray();
        if (name == "median")
        {
            Array.Sort(values);
            return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
        }
        var mean = values.Average();
        return name == "mean" ? mean : Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    [Fact]
    public void Bootstrap_distributions_and_intervals_are_scipys()
    {
        foreach (var row in GoldenLines.Read("stats", "bootstrap.jsonl"))
        {
            var name = row.Text("statistic");
            var where = $"{row.Text("kind")} {name}";
            var bootstrap = new Bootstrap(row.Numbers("x"), s => Statistic(name, s), row.GetProperty("n_resamples").GetInt32(), row.GetProperty("seed").GetUInt64());
            GoldenLines.Near(row.Number("observed"), bootstrap.Observed, OfStatistic, where);
            GoldenLines.Near(row.Number("standard_error"), bootstrap.StandardError, OfStatistic, where);
            if (row.GetProperty("distribution").ValueKind == JsonValueKind.Array)
            {
                var expected = row.Numbers("distribution");
                // Absolute: numpy sums in another order, and a mean may be near 0.
                for (var i = 0; i < expected.Length; i++) GoldenLines.Within(expected[i], bootstrap.Distribution[i], OfStatistic, $"{where} draw {i}");
            }
            var confidence = row.Number("confidence");
            var intervals = row.GetProperty("interval");
            void Same(string method, Interval actual)
            {
                var expected = intervals.Numbers(method);
                GoldenLines.Within(expected[0], actual.Low, OfStatistic, $"{where} {method}");
                GoldenLines.Within(expected[1], actual.High, OfStatistic, $"{where} {method}");
            }
            Same("percentile", bootstrap.Percentile(confidence));
            Same("basic", bootstrap.Basic(confidence));
            Same("BCa", bootstrap.Bca(confidence));
        }
    }

    [Fact]
    public void Random_streams_are_numpys()
    {
        foreach (var row in GoldenLines.Read("stats", "random_streams.jsonl"))
        {
            var seed = row.GetProperty("seed").GetUInt32();
            var twister = new MersenneTwister(seed);
            Assert.Equal(row.Numbers("mt19937_raw32"), Enumerable.Range(0, 8).Select(_ => (double)twister.NextUInt32()));
            twister = new MersenneTwister(seed);
            Draw(row.GetProperty("legacy_choice_in_order"), twister.NextIndex);

            var pcg = new PermutedCongruential(seed);
            Assert.Equal(row.Text("pcg64_state_hex"), $"{pcg.State:x32}");
            Assert.Equal(row.Text("pcg64_inc_hex"), $"{pcg.Increment:x32}");
            Assert.Equal(row.Texts("pcg64_raw64"), Enumerable.Range(0, 6).Select(_ => $"{pcg.NextUInt64():x16}"));
            pcg = new PermutedCongruential(seed);
            Draw(row.GetProperty("generator_integers_in_order"), pcg.NextIndex);
            pcg = new PermutedCongruential(seed);
            Assert.Equal(row.GetProperty("generator_choice_7_of_3x7").EnumerateArray().SelectMany(r => r.Numbers()), Enumerable.Range(0, 21).Select(_ => (double)pcg.NextIndex(7)));
            var bits = new bool[33];
            new PermutedCongruential(seed).Fill(bits);
            Assert.Equal(row.GetProperty("generator_bools_3x11").EnumerateArray().SelectMany(r => r.Numbers()), bits.Select(b => b ? 1.0 : 0));
        }
    }

    /// <summary>Twelve indices below each size, all from one stream.</summary>
    static void Draw(JsonElement expected, Func<int, int> next)
    {
        foreach (var size in expected.EnumerateObject())
        {
            var n = int.Parse(size.Name, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(size.Value.Numbers(), Enumerable.Range(0, 12).Select(_ => (double)next(n)));
        }
    }
}
