using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Tests.Engine;

/// <summary>The same bytes whichever way a tensor is read and however many threads there are; no result from weights that are no numbers.</summary>
public class MergeEngineTests
{
    static readonly string[] Fused = ["linear", "task_arithmetic", "ties", "geometric_median"];

    public static TheoryData<string, DType> Cases
    {
        get
        {
            var cases = new TheoryData<string, DType>();
            foreach (var method in Fused.Append("dare_ties"))
                foreach (var type in new[] { DType.BF16, DType.F16, DType.F32, DType.F64 }) cases.Add(method, type);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Mapped_and_computed_inputs_give_the_same_bytes_for_any_number_of_threads(string name, DType type)
    {
        var method = MethodTable.Find(name)!;
        // Longer than a chunk with an odd end, shorter than a vector, and a few of middle size that are merged side by side.
        int[] sizes = [300_001, 7, 5000, 32, 4097];
        byte[][]? first = null;
        foreach (var stored in new[] { true, false })
            foreach (var threads in new[] { 1, 3 })
            {
                var bytes = Merges.Carry(method.Dense!(), Run(method, type, sizes, stored, threads)).Values.ToArray();
                first ??= bytes;
                Assert.Equal(first, bytes);
            }
        Assert.Contains(first!, b => b.Any(x => x != 0));
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    [InlineData(DType.F32)]
    public void Task_arithmetic_is_what_its_formula_says(DType type)
    {
        var method = MethodTable.Find("task_arithmetic")!;
        var run = Run(method, type, [1001], stored: true, threads: 1);
        var inputs = run.Tensors[0].Inputs.Select(i => ((MemoryTensor)i.Reader).Values).ToArray();
        var merged = Merges.Values(type, Merges.Carry(method.Dense!(), run)["t0"]);
        var exact = merged.Select((_, e) => inputs[0][e] + inputs.Skip(1).Sum(x => 0.3 * (x[e] - inputs[0][e]))).ToArray();
        // Half a unit in the last place of the type, and what float sums of four terms lose.
        var unit = type switch { DType.BF16 => 1.0 / 256, DType.F16 => 1.0 / 2048, _ => 1e-6 };
        for (var e = 0; e < merged.Length; e++) Assert.Equal(exact[e], merged[e], 1.01 * unit * Math.Abs(exact[e]) + 1e-7);
    }

    [Theory]
    [InlineData("linear", DType.BF16, double.NaN, 299_999)]
    [InlineData("task_arithmetic", DType.F16, double.PositiveInfinity, 3)]
    [InlineData("ties", DType.F32, double.NegativeInfinity, 150_000)]
    [InlineData("dare_ties", DType.BF16, double.NaN, 77)]
    [InlineData("geometric_median", DType.F64, double.NaN, 0)]
    [InlineData("slerp", DType.F32, double.NaN, 5)]
    public void Weights_that_are_no_numbers_are_refused_with_tensor_index_and_value(string name, DType type, double value, int index)
    {
        var method = MethodTable.Find(name)!;
        foreach (var model in new[] { 0, 1 })
            foreach (var stored in new[] { true, false })
            {
                var run = Run(method, type, [300_000, 10], stored, threads: 2, (tensor, m, values) => { if (tensor == 0 && m == model) values[index] = value; }, models: name == "slerp" ? 1 : 3);
                var problem = Assert.Throws<ProblemException>(() => Merges.Carry(method.Dense!(), run)).Problem;
                Assert.Equal($"element {index} is {(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity")}", problem.What);
                Assert.Equal("t0", problem.Where!.Tensor);
            }
    }

    [Fact]
    public void A_tensor_that_is_only_copied_is_refused_too()
    {
        var values = new double[5000];
        values[4999] = double.NaN;
        var reader = new MemoryTensor(new TensorSpec("t", DType.BF16, [50, 100]), values);
        var merge = Merges.Tensor("t", [reader, reader]);
        var copied = new TensorMerge { Output = merge.Output, Compute = merge.Compute, Inputs = merge.Inputs, Base = merge.Base, Settings = MethodSettings.None, CopyOf = merge.Inputs[0] };
        var problem = Assert.Throws<ProblemException>(() => Merges.Carry(MethodTable.Find("linear")!.Dense!(), Merges.Run(1, copied))).Problem;
        Assert.Equal("element 4999 (row 49, column 99) is NaN", problem.What);
    }

    [Fact]
    public void Finite_weights_whose_difference_overflows_are_no_error()
    {
        var spec = new TensorSpec("t", DType.F32, [64]);
        var tensor = Merges.Tensor("t", [new MemoryTensor(spec, [.. Enumerable.Repeat(-3e38, 64)]), new MemoryTensor(spec, [.. Enumerable.Repeat(3e38, 64)])]);
        var cut = MagnitudeSelection.Largest<float>(tensor, InputSpace.TaskVectors, Merges.Run(1, tensor), [10])[0];
        Assert.Equal((float.PositiveInfinity, 9), (cut.Threshold, cut.LastTie));
    }

    static MergeRun Run(Method method, DType type, int[] sizes, bool stored, int threads, Action<int, int, double[]>? change = null, int models = 3) => Merges.Run(threads,
    [
        .. sizes.Select((size, t) =>
        {
            var spec = new TensorSpec($"t{t}", type, [size]);
            var readers = Enumerable.Range(0, models + 1).Select(m =>
            {
                var random = new Random(100 * t + m);
                var values = Enumerable.Range(0, size).Select(_ => (random.NextDouble() - 0.5) * 0.1).ToArray();
                change?.Invoke(t, m, values);
                return new MemoryTensor(spec, values, stored);
            }).ToArray();
            return Merges.Tensor($"t{t}", readers, settings: Settings(method, false), perModel: [.. Enumerable.Repeat(Settings(method, true), models)], ofBase: Settings(method, true));
        }),
    ]);

    static MethodSettings Settings(Method method, bool perModel) => new(method.Parameters.Where(p => p.PerModel == perModel)
        .Select(p => (p, Text: p.Name switch { "weight" => "0.3", "density" => "0.4", "t" => "0.3", _ => p.DefaultWith(null) })).Where(p => p.Text is not null)
        .ToDictionary(p => p.p.Name, p => p.p.Flag ? bool.Parse(p.Text!) : p.p.Words is not null ? p.Text! : (object)double.Parse(p.Text!, System.Globalization.CultureInfo.InvariantCulture)));
}
