using MergeLab.Core.Errors;
using MergeLab.Experiments.Graph;

namespace MergeLab.Pipeline.Tests.Experiments;

/// <summary>Parameters of merges: one value, values by model, flags, and lists of them as axes of the grid.</summary>
public class MergeParameterTests
{
    static string With(string entry) => Samples.Text[..Samples.Text.IndexOf("merges:", StringComparison.Ordinal)] + $"merges:\n  - {entry}\n";

    static IReadOnlyList<string> Merges(string entry) =>
        [.. ExperimentGraph.Build(Samples.Read(With(entry))).Stages.Nodes.Where(n => n.Kind == "merge").Select(n => n.Id)];

    [Theory]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: 1 } }", 1)]
    [InlineData("{ method: linear, sets: [two, three], parameters: { weight: 0.5 } }", 2)]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: { a: 1, b: 2 } } }", 1)]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: [1, 2, 3] } }", 3)]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: 1, normalize: false } }", 1)]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: 1, normalize: [true, false] } }", 2)]
    [InlineData("{ method: ties, sets: [two], parameters: { weight: 1, density: [0.2, 0.5], granularity: [tensor, model] } }", 4)]
    [InlineData("{ method: ties, sets: [two, three], parameters: { weight: 1, density: [0.2, 0.5] } }", 4)]
    [InlineData("{ method: slerp, sets: [two], parameters: { t: [0.1, 0.9] } }", 2)]
    public void Each_value_of_each_axis_is_a_merge(string entry, int merges) => Assert.Equal(merges, Merges(entry).Count);

    [Theory]
    [InlineData("{ method: linear, sets: [two] }", "linear needs the parameter 'weight'", "{ method")]
    [InlineData("{ method: linear, sets: [two], parameters: { normalize: true } }", "linear needs the parameter 'weight'", "{ method")]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: { a: 1 } } }", "model 'b' has no weight", "{ a: 1")]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: { a: 1, c: 1, b: 1 } } }", "unknown model 'c'", "c: 1")]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: { a: 0, b: 0 } } }", "every model of set 'two' has weight 0", "{ a: 0")]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: heavy } }", "weight", "heavy")]
    [InlineData("{ method: linear, sets: [two], parameters: { weight: 1, normalize: maybe } }", "'normalize' must be true or false", "maybe")]
    [InlineData("{ method: ties, sets: [two], parameters: { weight: 1, density: 1.5e9 } }", "density", "1.5e9")]
    [InlineData("{ method: ties, sets: [two], parameters: { weight: 1, density: [0.5, -0.5] } }", "density", "-0.5")]
    [InlineData("{ method: ties, sets: [two], parameters: { weight: 1, densty: 0.5 } }", "did you mean 'density'?", "densty")]
    public void A_wrong_parameter_is_refused_with_its_line_and_column(string entry, string message, string at)
    {
        var text = With(entry);
        var problem = Samples.Refused(text);
        Assert.Contains(message, problem.ToString(), StringComparison.Ordinal);
        var before = text[..text.IndexOf(at, text.IndexOf("merges:", StringComparison.Ordinal), StringComparison.Ordinal)];
        Assert.Equal(new Place(Samples.File, before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n')), problem.Where);
    }
}
