using System.CommandLine;
using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Cli.Verbs;

/// <summary>What truncating task vectors to a rank loses, and how much they then interfere: CART's R(k) and I(k).</summary>
static class InterferenceVerb
{
    static readonly Argument<string[]> Models = new("MODEL") { Description = "Two or more models: folders, or base+adapter", Arity = new ArgumentArity(2, 1000) };
    static readonly Option<double[]> Shares = new("--rank-fraction")
    {
        Description = "Shares of the rank that truncation keeps",
        HelpName = "X",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [0.04, 0.08, 0.16, 0.32],
    };

    static readonly Option<string> Scale = new("--normalize") { Description = "Singular values over their norm, their sum or the first: unit, sum or first", HelpName = "HOW", DefaultValueFactory = _ => "unit" };

    public static Verb Create() =>
        new("interference", "Measure what low-rank task vectors lose (R) and how they interfere (I)", "mergelab interference base+a base+b base+c --rank-fraction 0.08", Run) { Models, Shares, Scale };

    sealed record Measure(double RankFraction, int K, double Reconstruction, double Lost, double Interference);

    sealed record Matrix(string Name, IReadOnlyList<Measure> Measures);

    sealed record Report(IReadOnlyList<string> Models, IReadOnlyList<Measure> Total, IReadOnlyList<Matrix> Matrices);

    static ExitCode Run(Invocation invocation)
    {
        var shares = invocation.Get(Shares)!;
        if (shares.Any(s => s is not (>= 0 and <= 1))) throw new ProblemException("--rank-fraction is out of range", why: "it is a share of the rank", remedy: "give numbers from 0 to 1");
        var scale = invocation.Get(Scale) switch
        {
            "unit" => SpectrumScale.UnitFrobenius,
            "sum" => SpectrumScale.Sum,
            "first" => SpectrumScale.First,
            var other => throw new ProblemException($"--normalize {other}: no such way", remedy: "give unit, sum or first"),
        };
        var names = invocation.Get(Models);
        var opened = new List<WeightSource>();
        try
        {
            foreach (var name in names) opened.Add(Open(name));
            var found = ModelInterference.Of(opened, shares, scale, invocation.Threads, invocation.Cancellation);
            Write(invocation, names, shares, found);
        }
        finally
        {
            foreach (var model in opened) model.Dispose();
        }
        return ExitCode.Done;
    }

    static WeightSource Open(string name) => Directory.Exists(name) || File.Exists(name) || name.Split('+') is not [var basis, var adapter] ? Checkpoint.Open(name) : AdaptedModel.Open(basis, adapter);

    static void Write(Invocation invocation, string[] names, double[] shares, IReadOnlyList<MatrixInterference> found)
    {
        var energy = found.Sum(m => m.Energy);
        Measure At(int i, MatrixInterference m) => new(shares[i], m.Measures[i].K, m.Measures[i].Reconstruction, m.Energy == 0 ? 0 : m.Measures[i].Reconstruction / m.Energy, m.Measures[i].Interference);
        var total = shares.Select((share, i) =>
        {
            var lost = found.Sum(m => m.Measures[i].Reconstruction);
            return new Measure(share, found.Max(m => m.Measures[i].K), lost, energy == 0 ? 0 : lost / energy, found.Average(m => m.Measures[i].Interference));
        }).ToList();
        if (invocation.Json)
        {
            invocation.WriteJson(new Report(names, total, [.. found.Select(m => new Matrix(m.Tensor, [.. shares.Select((_, i) => At(i, m))]))]));
            return;
        }
        invocation.Out.WriteLine("rank fraction     k at most     R: lost of the squared residuals     I: mean over matrices");
        foreach (var row in total)
            invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.RankFraction,13:0.####}     {row.K,9}     {100 * row.Lost,30:F2} %     {row.Interference,22:F4}"));
        invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{names.Length} models, {found.Count} matrices"));
    }
}
