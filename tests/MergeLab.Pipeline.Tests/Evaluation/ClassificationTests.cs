using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Evaluation.Classification;

namespace MergeLab.Pipeline.Tests.Evaluation;

public sealed class ClassificationTests
{
    /// <summary>Quotients of integers and short sums of them.</summary>
    const double Tolerance = 1e-12;

    static void Same(double[] expected, ClassScore actual, string where) => GoldenLines.Near(expected, [actual.Precision, actual.Recall, actual.F1], Tolerance, where);

    [Fact]
    public void Labels_score_as_scikit_learn_scores_them()
    {
        foreach (var row in GoldenLines.Read("classification", "labels.jsonl"))
        {
            var name = row.Text("name");
            int[] Labels(string of) => [.. row.GetProperty(of).EnumerateArray().Select(e => e.GetInt32())];
            var confusion = new Confusion<int>(Labels("y_true"), Labels("y_pred"));
            Assert.Equal(Labels("labels"), confusion.Labels);
            GoldenLines.Near(row.Number("accuracy"), confusion.Accuracy, Tolerance, name);
            GoldenLines.Near(row.Number("matthews"), confusion.Matthews, Tolerance, name);
            GoldenLines.Near(row.Number("balanced_accuracy"), confusion.BalancedAccuracy, Tolerance, name);
            // Quotients of differences: absolute, for kappas near 0.
            GoldenLines.Within(row.Number("cohen_kappa"), confusion.Kappa, Tolerance, name);
            Same(row.Numbers("macro"), confusion.Macro, $"{name} macro");
            Same(row.Numbers("micro"), confusion.Micro, $"{name} micro");
            Same(row.Numbers("weighted"), confusion.Weighted, $"{name} weighted");
            var classes = row.GetProperty("per_class").EnumerateArray().ToArray();
            for (var c = 0; c < classes.Length; c++)
            {
                Same(classes[c].Numbers()[..3], confusion.PerClass[c], $"{name} class {c}");
                Assert.Equal(classes[c][3].GetDouble(), confusion.PerClass[c].Support);
                Assert.Equal(row.GetProperty("confusion")[c].Numbers(), confusion.Labels.Select((_, p) => (double)confusion[c, p]));
            }
            if (row.TryGetProperty("binary", out var binary) && confusion.Labels is [.., 1])
                Same(binary.Numbers(), confusion.PerClass[^1], $"{name} binary");
        }
    }

    [Fact]
    public void Correlations_are_scipys()
    {
        foreach (var row in GoldenLines.Read("classification", "correlation.jsonl"))
        {
            var (x, y) = (row.Numbers("x"), row.Numbers("y"));
            double Expected(string kind) => row.GetProperty(kind).TryGetProperty("r", out var r) ? r.Number() : double.NaN;
            GoldenLines.Within(Expected("pearson"), Correlation.Pearson(x, y), Tolerance, $"{row.Text("name")} pearson");
            GoldenLines.Within(Expected("spearman"), Correlation.Spearman(x, y), Tolerance, $"{row.Text("name")} spearman");
            if (x.Any(double.IsNaN)) continue;
            Assert.Equal(row.Numbers("ranks_x"), Ranking.Ranks(x));
            Assert.Equal(row.Numbers("ranks_y"), Ranking.Ranks(y));
        }
    }

    [Fact]
    public void Ranks_places_and_normalised_scores_are_those_of_the_papers()
    {
        foreach (var row in GoldenLines.Read("classification", "ranks.jsonl"))
        {
            double[][] Table(string name) => [.. row.GetProperty(name).EnumerateArray().Select(r => r.Numbers())];
            var scores = Table("methods_by_tasks");
            var individual = row.Numbers("individual");
            for (var method = 0; method < scores.Length; method++)
            {
                Assert.Equal(Table("normalised")[method], Ranking.Normalised(scores[method], individual));
                GoldenLines.Near(row.Numbers("normalised_mean")[method], Ranking.Normalised(scores[method], individual).Average(), Tolerance, "normalised mean");
            }
            foreach (var (name, ties) in new[] { ("average", TieRule.Average), ("min", TieRule.Min), ("max", TieRule.Max), ("dense", TieRule.Dense), ("ordinal", TieRule.Ordinal) })
            {
                var expected = Table($"rank_{name}");
                for (var task = 0; task < individual.Length; task++)
                    Assert.Equal(expected.Select(e => e[task]), Ranking.Places([.. scores.Select(s => s[task])], ties));
            }
            GoldenLines.Near(row.Numbers("average_rank"), Ranking.AveragePlace(scores), Tolerance, "average rank");
        }
    }

    [Fact]
    public void Exact_match_ignores_what_evaluate_ignores()
    {
        foreach (var row in GoldenLines.Read("classification", "exact_match.jsonl"))
        {
            var options = row.GetProperty("options");
            bool Flag(string name) => options.TryGetProperty(name, out var value) && value.GetBoolean();
            var regexes = options.TryGetProperty("regexes_to_ignore", out _) ? options.Texts("regexes_to_ignore") : null;
            var match = new ExactMatch(new ExactMatchOptions(regexes, Flag("ignore_case"), Flag("ignore_punctuation"), Flag("ignore_numbers")));
            var references = row.Texts("references");
            Assert.Equal(row.GetProperty("exact_match").Number("exact_match"), row.Texts("predictions").Select((p, i) => match.Matches(p, [references[i]]) ? 1.0 : 0).Average());
        }
    }

    [Fact]
    public void A_pattern_that_is_none_is_refused() =>
        Assert.Contains("(", Assert.Throws<ProblemException>(() => new ExactMatch(new ExactMatchOptions(["("]))).Problem.What, StringComparison.Ordinal);

    [Fact]
    public void A_pattern_that_backtracks_for_ever_is_stopped() => Assert.Contains("takes more than",
        Assert.Throws<ProblemException>(() => new ExactMatch(new ExactMatchOptions(["(a+)+$"])).Matches(new string('a', 40) + "b", ["a"])).Problem.What, StringComparison.Ordinal);

    [Fact]
    public void Answers_score_as_squad_scores_them()
    {
        foreach (var row in GoldenLines.Read("classification", "squad.jsonl"))
        {
            var expected = row.GetProperty("result");
            Assert.Equal(expected.Number("exact_match"), 100 * Squad.ExactMatch(row.Text("prediction"), row.Texts("answers")));
            GoldenLines.Near(expected.Number("f1"), 100 * Squad.F1(row.Text("prediction"), row.Texts("answers")), Tolerance, row.Text("prediction"));
        }
    }

    [Fact]
    public void Entropies_and_cross_entropy_are_torchs()
    {
        foreach (var row in GoldenLines.Read("classification", "entropy.jsonl"))
        {
            var labels = row.Numbers("labels");
            var logits = row.GetProperty("logits").EnumerateArray().Select(r => r.Numbers()).ToArray();
            for (var i = 0; i < logits.Length; i++)
            {
                // Absolute: an entropy of a sharp row is a difference of numbers near 0.
                GoldenLines.Within(row.Numbers("entropy_logsoftmax_f64")[i], Softmax.Entropy(logits[i]), 1e-12, "entropy");
                GoldenLines.Within(row.Numbers("entropy_eps1e-8_f64")[i], Softmax.EntropyWithEpsilon(logits[i]), 1e-12, "entropy with epsilon");
                GoldenLines.Within(row.Numbers("cross_entropy_f64")[i], Softmax.CrossEntropy(logits[i], (int)labels[i]), 1e-12, "cross entropy");
            }
        }
    }

    /// <summary>In float32, as the recorded confidences: near 1 its rounding decides the bin.</summary>
    static float[] Float32Softmax(double[] logits)
    {
        var exponentials = logits.Select(z => MathF.Exp((float)z - (float)logits.Max())).ToArray();
        var sum = 0f;
        foreach (var e in exponentials) sum += e;
        return [.. exponentials.Select(e => e / sum)];
    }

    /// <summary>1e-6: recorded in float32.</summary>
    [Fact]
    public void Calibration_errors_are_torchmetrics()
    {
        foreach (var row in GoldenLines.Read("classification", "entropy.jsonl"))
        {
            var labels = row.Numbers("labels");
            var probabilities = row.GetProperty("logits").EnumerateArray().Select(r => Float32Softmax(r.Numbers())).ToArray();
            float[] confidences = [.. probabilities.Select(p => p.Max())];
            bool[] correct = [.. probabilities.Select((p, i) => Array.IndexOf(p, p.Max()) == (int)labels[i])];
            foreach (var bins in new[] { 10, 15 })
            {
                var expected = row.GetProperty("calibration");
                var actual = Calibration.Of(confidences, correct, bins);
                GoldenLines.Within(expected.Number($"bins{bins}_l1"), actual.Expected, 1e-6, $"{row.Text("name")} l1");
                GoldenLines.Within(expected.Number($"bins{bins}_l2"), actual.RootMeanSquare, 1e-6, $"{row.Text("name")} l2");
                GoldenLines.Within(expected.Number($"bins{bins}_max"), actual.Maximum, 1e-6, $"{row.Text("name")} max");
            }
        }
    }

    [Fact]
    public void Pass_at_k_is_the_unbiased_estimate()
    {
        foreach (var row in GoldenLines.Read("passk", "values.jsonl"))
        {
            int Of(string name) => row.GetProperty(name).GetInt32();
            if (Of("k") > Of("n")) Assert.Throws<ProblemException>(() => PassAtK.Of(Of("n"), Of("c"), Of("k")));
            else
            {
                GoldenLines.Within(row.Number("pass_at_k"), PassAtK.Of(Of("n"), Of("c"), Of("k")), 1e-12, row.ToString());
                GoldenLines.Within(double.Parse(row.Text("exact"), System.Globalization.CultureInfo.InvariantCulture), PassAtK.Of(Of("n"), Of("c"), Of("k")), 1e-12, row.ToString());
            }
        }
        foreach (var row in GoldenLines.Read("passk", "sets.jsonl"))
        {
            var (n, c) = (row.Numbers("n"), row.Numbers("c"));
            foreach (var mean in row.GetProperty("mean").EnumerateObject())
                GoldenLines.Near(mean.Value.GetDouble(), n.Select((samples, i) => PassAtK.Of((int)samples, (int)c[i], int.Parse(mean.Name, System.Globalization.CultureInfo.InvariantCulture))).Average(), 1e-12, mean.Name);
        }
    }
}
