using System.Globalization;
using System.Text.Json;
using MergeLab.Testing;

namespace MergeLab.Pipeline.Tests.Evaluation;

/// <summary>Recorded outputs of the reference metrics: one JSON document a line, non-finite numbers as strings.</summary>
static class GoldenLines
{
    public static IReadOnlyList<JsonElement> Read(string folder, string file)
    {
        var lines = File.ReadAllLines(Repository.Golden("metrics", folder, file));
        Assert.NotEmpty(lines);
        return [.. lines.Select(l => JsonDocument.Parse(l).RootElement)];
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static string[] Texts(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    public static double[] Numbers(this JsonElement element, string name) => element.GetProperty(name).Numbers();

    public static double[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).Number();

    public static double Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture) : element.GetDouble();

    /// <summary>Fails beyond a relative difference; NaN equals NaN, infinities themselves.</summary>
    public static void Near(double expected, double actual, double relative, string where)
    {
        if (expected.Equals(actual) || Math.Abs(expected - actual) <= relative * Math.Max(Math.Abs(expected), double.Epsilon)) return;
        Assert.Fail($"{where}: expected {expected:R}, got {actual:R}, relative difference {Math.Abs(expected - actual) / Math.Abs(expected):G3}");
    }

    public static void Within(double expected, double actual, double absolute, string where)
    {
        if (expected.Equals(actual) || Math.Abs(expected - actual) <= absolute) return;
        Assert.Fail($"{where}: expected {expected:R}, got {actual:R}, difference {Math.Abs(expected - actual):G3}");
    }

    public static void Near(double[] expected, IReadOnlyList<double> actual, double relative, string where)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++) Near(expected[i], actual[i], relative, $"{where}[{i}]");
    }
}
