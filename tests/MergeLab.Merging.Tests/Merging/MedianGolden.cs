using System.Globalization;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Tests.Merging;

/// <summary>One recorded median problem: points, weights, and the solution to 100 digits rounded to float64.</summary>
sealed class MedianGolden
{
    readonly JsonElement record;

    MedianGolden(JsonElement record, string folder)
    {
        this.record = record;
        using var file = SafetensorsFile.Open(Repository.Golden("median", folder, Id + ".safetensors"));
        Points = Matrix(file, "points");
        Weights = file.Find("weights") is { } weights ? Vector(file, weights) : [.. Enumerable.Repeat(1.0, Points.Length)];
        Median = Vector(file, "median");
        Segment = file.Find("segment") is not null ? Matrix(file, "segment") : null;
        Plain = Vector(file, "plain_f64");
    }

    public static IEnumerable<string> Ids => File.ReadLines(Repository.Golden("median", "points.jsonl")).Select(l => JsonElement.Parse(l).GetProperty("id").GetString()!);

    public static MedianGolden Open(string id) =>
        new(File.ReadLines(Repository.Golden("median", "points.jsonl")).Select(l => JsonElement.Parse(l)).Single(r => r.GetProperty("id").GetString() == id), "points");

    public string Id => record.GetProperty("id").GetString()!;
    public string Kind => record.GetProperty("kind").GetString()!;
    public string DType => record.GetProperty("dtype").GetString()!;
    public string Solution => record.GetProperty("solution").GetString()!;
    public double[][] Points { get; }
    public double[] Weights { get; }
    public double[] Median { get; }
    public double[] Plain { get; }
    public double[][]? Segment { get; }
    public double Objective => Number(record.GetProperty("objective"));
    public double Radius => record.GetProperty("radius").GetDouble();
    public double[] Coefficients => [.. record.GetProperty("coefficients").EnumerateArray().Select(Number)];
    public int[] VertexIndices => [.. record.GetProperty("vertex_indices").EnumerateArray().Select(e => e.GetInt32())];
    public int PlainIterations => record.GetProperty("results").GetProperty("plain_f64").GetProperty("iterations").GetInt32();

    public static double Number(JsonElement text) => double.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    public static double[] Vector(SafetensorsFile file, string name) => file.Find(name) is { } tensor ? Vector(file, tensor) : throw new KeyNotFoundException(name);

    public static double[] Vector(SafetensorsFile file, TensorInfo tensor)
    {
        var values = new double[tensor.Count];
        Elements.ToDouble(tensor.DType, file.Bytes(tensor), values);
        return values;
    }

    public static double[][] Matrix(SafetensorsFile file, string name)
    {
        var tensor = file.Find(name) ?? throw new KeyNotFoundException(name);
        return [.. Vector(file, tensor).Chunk((int)tensor.Shape[1])];
    }
}
