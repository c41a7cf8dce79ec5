using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Tests.Methods.Spectral;

/// <summary>Recorded pools of tiny models, and merges of them through the engine.</summary>
sealed class MergingGolden : IDisposable
{
    readonly List<Checkpoint> opened = [];

    public static IEnumerable<JsonElement> Records(string folder) =>
        File.ReadLines(Repository.Golden("merging", folder, "index.jsonl")).Select(l => JsonElement.Parse(l));

    public static JsonElement Record(string folder, string id) => Records(folder).Single(r => r.GetProperty("id").GetString() == id);

    /// <summary>Well-posed cases with a result.</summary>
    /// <param name="folder">Of the recordings.</param>
    /// <param name="wanted">By their parameters.</param>
    /// <param name="methods">The references' names.</param>
    public static TheoryData<string> Cases(string folder, Func<JsonElement, bool> wanted, params string[] methods)
    {
        var cases = new TheoryData<string>();
        foreach (var record in Records(folder).Where(r => methods.Contains(r.GetProperty("method").GetString()) && wanted(r.GetProperty("params"))))
            if (!record.TryGetProperty("ill_posed", out _) && record.TryGetProperty("file", out _)) cases.Add(record.GetProperty("id").GetString()!);
        return cases;
    }

    public static TheoryData<string> Cases(string folder, params string[] methods) => Cases(folder, _ => true, methods);

    public static Dictionary<string, double[]> Tensors(params string[] path)
    {
        using var file = Checkpoint.OpenAny(Repository.Golden(["merging", .. path]));
        return file.Tensors.ToDictionary(t => t.Name, t => Values(file.Reader(t.Name)));
    }

    public static double[] Values(TensorReader reader)
    {
        var values = new double[reader.Tensor.Count];
        reader.Read(0, values.AsSpan());
        return values;
    }

    public Checkpoint Open(string pool, string model)
    {
        var file = Checkpoint.Open(Repository.Golden("merging", "pools", pool, model + ".safetensors"));
        opened.Add(file);
        return file;
    }

    /// <summary>A merge of a pool's models; computed in double unless another type is given.</summary>
    /// <param name="method">Row of the table.</param>
    /// <param name="pool">The models' folder.</param>
    /// <param name="models">Their names.</param>
    /// <param name="overrides">What is set for a tensor, by its name, beside the defaults.</param>
    /// <param name="compat">Published behaviour.</param>
    /// <param name="type">Type of computation and result.</param>
    /// <param name="perModel">What is set for each model.</param>
    /// <param name="threads">Worker threads.</param>
    public (Dictionary<string, byte[]> Result, MergeRun Run) Merge(
        string method, string pool, IReadOnlyList<string> models, Func<string, Dictionary<string, object>> overrides,
        string? compat = null, DType type = DType.F64, Func<int, Dictionary<string, object>>? perModel = null, int threads = 2)
    {
        var row = MethodTable.Find(method)!;
        var (basis, others) = (Open(pool, "base"), models.Select(m => Open(pool, m)).ToList());
        var run = new MergeRun
        {
            Models = models,
            Compat = compat,
            Threads = threads,
            Tensors =
            [
                .. basis.Tensors.Select(t =>
                {
                    var settings = Settings(row, overrides(t.Name));
                    return new TensorMerge
                    {
                        Output = new TensorSpec(t.Name, t.DType.IsFloat() ? type : t.DType, t.Shape),
                        Compute = type,
                        Settings = settings,
                        Base = new TensorInput { Model = -1, Reader = basis.Reader(t.Name), Settings = settings, IsBase = true },
                        Inputs = [.. others.Select((m, i) => new TensorInput { Model = i, Reader = m.Reader(t.Name), Settings = Settings(row, perModel?.Invoke(i) ?? []) })],
                    };
                }),
            ],
        };
        var sink = new Sink(run.Tensors);
        MergeEngine.Run(row.Dense!(), run, sink, null);
        return (sink.Bytes, run);
    }

    /// <summary>Defaults of the table, with something else here and there.</summary>
    public static MethodSettings Settings(Method row, Dictionary<string, object> overrides)
    {
        var values = new Dictionary<string, object>();
        foreach (var parameter in row.Parameters)
        {
            if (overrides.TryGetValue(parameter.Name, out var given)) values[parameter.Name] = given;
            else if (parameter.Default is { } text)
                values[parameter.Name] = parameter.Words is not null ? text : parameter.Flag ? bool.Parse(text) : double.Parse(text, CultureInfo.InvariantCulture);
        }
        Assert.Empty(overrides.Keys.Except(row.Parameters.Select(p => p.Name)));
        return new MethodSettings(values);
    }

    public static double[] Doubles(byte[] raw) => MemoryMarshal.Cast<byte, double>(raw).ToArray();

    /// <summary>Every element within a share of the largest magnitude of its tensor.</summary>
    public static void Close(IReadOnlyDictionary<string, double[]> expected, Func<string, double[]> found, double share)
    {
        Assert.NotEmpty(expected);
        foreach (var (name, values) in expected)
        {
            var actual = found(name);
            Assert.Equal(values.Length, actual.Length);
            var most = share * values.Select(Math.Abs).DefaultIfEmpty().Max();
            for (var e = 0; e < values.Length; e++)
                Assert.True(Math.Abs(values[e] - actual[e]) <= most, string.Create(CultureInfo.InvariantCulture, $"{name}[{e}]: {actual[e]}, recorded {values[e]}, allowed {most}"));
        }
    }

    public void Dispose()
    {
        foreach (var file in opened) file.Dispose();
    }

    sealed class Sink(IEnumerable<TensorMerge> tensors) : ITensorSink
    {
        public Dictionary<string, byte[]> Bytes { get; } = tensors.ToDictionary(t => t.Output.Name, t => new byte[t.Output.Bytes]);

        public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(Bytes[tensor].AsSpan((int)offset));
    }
}
