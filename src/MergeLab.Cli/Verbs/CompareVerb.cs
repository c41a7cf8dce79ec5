using System.CommandLine;
using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab compare A B</c>: two checkpoints tensor by tensor; fails where they differ by more than the tolerance.</summary>
static class CompareVerb
{
    static readonly Argument<string> Left = new("A") { Description = "A safetensors file, or the folder of a model or an adapter" };
    static readonly Argument<string> Right = new("B") { Description = "The other; relative differences are relative to it" };
    static readonly Option<double> AbsoluteTolerance = new("--atol") { Description = "Absolute difference allowed in each element", DefaultValueFactory = _ => 0 };
    static readonly Option<double> RelativeTolerance = new("--rtol") { Description = "Difference allowed in each element, as a share of B's value; adds to --atol", DefaultValueFactory = _ => 0 };

    public static Verb Create()
    {
        var verb = new Verb("compare", "Compare two checkpoints tensor by tensor", "mergelab compare merged expected --atol 1e-6", Run);
        verb.Arguments.Add(Left);
        verb.Arguments.Add(Right);
        verb.Options.Add(AbsoluteTolerance);
        verb.Options.Add(RelativeTolerance);
        return verb;
    }

    sealed record Side(string Dtype, IReadOnlyList<long> Shape);

    sealed record Row(string Name, string Status, bool Within, Side? A, Side? B, double? MaxAbs, double? MaxRel, double? Cosine, long? Differing);

    sealed record Report(string A, string B, double Atol, double Rtol, bool Within, IReadOnlyList<Row> Tensors);

    static ExitCode Run(Invocation invocation)
    {
        var (atol, rtol) = (Tolerance(invocation, AbsoluteTolerance), Tolerance(invocation, RelativeTolerance));
        using var a = Checkpoint.OpenAny(invocation.Get(Left));
        using var b = Checkpoint.OpenAny(invocation.Get(Right));
        string[] names = [.. a.Tensors.Concat(b.Tensors).Select(t => t.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var rows = new Row[names.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = invocation.Threads, CancellationToken = invocation.Cancellation };
        Parallel.For(0, names.Length, options, i => rows[i] = Compare(names[i], a, b, atol, rtol, invocation.Cancellation));
        var within = rows.All(r => r.Within);
        if (invocation.Json) invocation.WriteJson(new Report(a.Name, b.Name, atol, rtol, within, rows));
        else Print(invocation, rows);
        return within ? ExitCode.Done : ExitCode.CheckFailed;
    }

    static double Tolerance(Invocation invocation, Option<double> option) => invocation.Get(option) is var value && value >= 0 && double.IsFinite(value) ? value
        : throw new ProblemException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value}: not a tolerance"), remedy: "give a number from 0 up");

    static Row Compare(string name, Checkpoint a, Checkpoint b, double atol, double rtol, CancellationToken cancellation)
    {
        var (left, right) = (a.Find(name), b.Find(name));
        var (sideA, sideB) = (left is null ? null : new Side(left.DType.Name(), left.Shape), right is null ? null : new Side(right.DType.Name(), right.Shape));
        if (left is null || right is null) return new Row(name, left is null ? "missing in A" : "missing in B", false, sideA, sideB, null, null, null, null);
        if (!left.Shape.SequenceEqual(right.Shape)) return new Row(name, "shape", false, sideA, sideB, null, null, null, null);
        var (fileA, fileB) = (a.Locate(name).File, b.Locate(name).File);
        var found = TensorComparison.Of(fileA, left, fileB, right, atol, rtol, cancellation);
        var sameType = left.DType == right.DType;
        var status = !sameType ? "dtype" : !found.Within ? "differs" : found.Differing > 0 ? "within" : "equal";
        return new Row(name, status, sameType && found.Within, sideA, sideB, found.MaxAbsolute, found.MaxRelative, found.Cosine, found.Differing);
    }

    static void Print(Invocation invocation, Row[] rows)
    {
        static string Number(double? x) => x is { } value ? value.ToString("G4", CultureInfo.InvariantCulture) : "";
        static string Both(Row r, Func<Side, string> part) => (r.A, r.B) switch
        {
            ({ } a, { } b) when part(a) == part(b) => part(a),
            ({ } a, { } b) => $"{part(a)} | {part(b)}",
            (var a, var b) => part((a ?? b)!),
        };
        var shown = rows.Where(r => r.Status != "equal").ToList();
        if (shown.Count > 0)
        {
            Terminal.WriteTable(invocation.Out, ["tensor", "result", "dtype", "shape", "max abs", "max rel", "cosine"], shown.Select(r => (string[])
            [
                r.Name, r.Status, Both(r, s => s.Dtype), Both(r, s => $"[{string.Join(", ", s.Shape)}]"), Number(r.MaxAbs), Number(r.MaxRel), Number(r.Cosine),
            ]));
        }
        var equal = rows.Length - shown.Count;
        var bad = rows.Count(r => !r.Within);
        invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Length} tensors: {equal} equal, {rows.Length - equal - bad} within tolerance, {bad} outside"));
    }
}
