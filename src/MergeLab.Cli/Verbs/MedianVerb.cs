using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Merging.Median;

namespace MergeLab.Cli.Verbs;

/// <summary>The geometric median of points in a file.</summary>
static class MedianVerb
{
    static readonly Option<string> Points = new("--points") { Description = "safetensors file with 'points' (n×d) and, if weighted, 'weights' (n)", HelpName = "FILE", Required = true };
    static readonly Option<string?> Compat = new("--compat") { Description = "paper: GeoMed's published iteration in place of the exact median", HelpName = "paper" };
    static readonly Option<string?> Target = new("--out") { Description = "Write the median (tensor 'median', d, F64) to this safetensors file", HelpName = "FILE" };

    public static Verb Create() =>
        new("median", "Find the geometric median of points", "mergelab median --points points.safetensors --json", Run) { Points, Compat, Target };

    sealed record Result(double[] Coefficients, double Objective, int Iterations, bool Converged, string Solution, IReadOnlyList<int> VertexIndices);

    static ExitCode Run(Invocation invocation)
    {
        var compat = invocation.Get(Compat);
        if (compat is not (null or "paper")) throw new ProblemException($"--compat {compat}: not known", remedy: "paper, or leave it out");
        var set = PointSet.Read(invocation.Get(Points)!);
        MedianSolution solution;
        double[] median;
        if (compat is not null)
        {
            (solution, median) = new PaperWeiszfeld().Run(set.Points, set.Weights);
        }
        else
        {
            solution = GeometricMedian.Solve(CoordinatesFromPoints.Of(set.Points, set.Weights), set.Weights);
            median = set.Combine(solution.Coefficients);
        }
        if (invocation.Get(Target) is { } target) Write(target, median);

        var vertices = solution.Kind is MedianKind.Vertex or MedianKind.Point ? solution.Indices : [];
        var result = new Result(solution.Coefficients, solution.Objective, solution.Iterations, solution.Converged, solution.Kind.ToString().ToLowerInvariant(), vertices);
        if (invocation.Json) invocation.WriteJson(result);
        else Print(invocation.Out, result);
        return ExitCode.Done;
    }

    static void Write(string target, double[] median)
    {
        using var file = SafetensorsWriter.Create(target, [new TensorSpec("median", DType.F64, [median.Length])]);
        file.Write("median", 0, MemoryMarshal.AsBytes(median.AsSpan()));
        file.Commit();
    }

    static void Print(TextWriter output, Result result)
    {
        var where = result.VertexIndices.Count > 0 ? $" (point {string.Join(", ", result.VertexIndices)})" : "";
        output.WriteLine($"solution    {result.Solution}{where}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"objective   {result.Objective:G17}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"iterations  {result.Iterations}{(result.Converged ? "" : " (not converged)")}"));
        for (var i = 0; i < result.Coefficients.Length; i++)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "coefficients" : ""),-12}{i,4}  {result.Coefficients[i]:F12}"));
    }
}
