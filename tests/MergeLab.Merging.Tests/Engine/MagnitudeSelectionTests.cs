using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Tests.Engine;

/// <summary>Exactly the k largest magnitudes, the first of equal ones: against sorting.</summary>
public class MagnitudeSelectionTests
{
    const int Large = 200_001; // sampled, many chunks, an odd end

    /// <summary>Values that are hard to select among.</summary>
    static Func<int, double> Shape(string shape, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return shape switch
        {
            "normal" => _ => Normal() * 0.02,
            "zeros" => _ => random.NextDouble() < 0.22 ? 0 : Normal() * 0.01,
            "tied" => _ => Math.Round(Normal() * 3),
            "equal" => i => i % 2 == 0 ? 0.5 : -0.5,
            "sorted" => i => i * 1e-6,
            "blocks" => i => Normal() * (i / 5000 % 40 == 7 ? 100 : 1e-3),
            "subnormal" => i => i % 3 * 1e-41,
            "one" => i => i == Large / 3 ? 1e30 : 0,
            _ => throw new ArgumentException(shape),
        };
    }

    public static TheoryData<string, DType, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, DType, int>();
            foreach (var shape in new[] { "normal", "zeros", "tied", "equal", "sorted", "blocks", "subnormal", "one" })
                foreach (var type in new[] { DType.BF16, DType.F32, DType.F64 })
                    foreach (var count in new[] { 1, 31, 5000, Large }) cases.Add(shape, type, count);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Exactly_the_k_largest_are_kept_and_of_equal_ones_the_first(string shape, DType type, int count)
    {
        var spec = new TensorSpec("t", type, [count]);
        var readers = Enumerable.Range(0, 4).Select(i => new MemoryTensor(spec, [.. Enumerable.Range(0, count).Select(Shape(shape, i))])).ToArray();
        var tensor = Merges.Tensor("t", readers);
        long[] keep = [count / 2, Math.Max(1, count / 10), count - count / 5];
        if (type == DType.F64) Check<double>(tensor, readers, keep);
        else Check<float>(tensor, readers, keep);
    }

    static void Check<T>(TensorMerge tensor, MemoryTensor[] readers, long[] keep) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var space in new[] { InputSpace.TaskVectors, InputSpace.Weights })
        {
            var rows = space == InputSpace.TaskVectors ? readers.Skip(1).Select(r => Difference<T>(r, readers[0])).ToArray()
                : [.. readers.Select(r => r.Values.Select(T.CreateChecked).ToArray())];
            long[] wanted = space == InputSpace.TaskVectors ? keep : [0, .. keep];
            var cuts = MagnitudeSelection.Largest<T>(tensor, space, Merges.Run(1, tensor), wanted);
            Assert.Equal(cuts, MagnitudeSelection.Largest<T>(tensor, space, Merges.Run(3, tensor), wanted));
            for (var r = 0; r < rows.Length; r++)
            {
                var best = Enumerable.Range(0, rows[r].Length).OrderByDescending(e => T.Abs(rows[r][e])).Take((int)wanted[r]).Order();
                Assert.Equal(best, Enumerable.Range(0, rows[r].Length).Where(e => cuts[r].Keeps(rows[r][e], e)));
            }
        }
    }

    static T[] Difference<T>(MemoryTensor a, MemoryTensor b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. a.Values.Zip(b.Values, (x, y) => T.CreateChecked(x) - T.CreateChecked(y))];

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(3000)]
    [InlineData(4000)]
    public void Nothing_and_everything_can_be_kept(long keep)
    {
        var spec = new TensorSpec("t", DType.F32, [3000]);
        var tensor = Merges.Tensor("t", [new MemoryTensor(spec, [.. Enumerable.Range(0, 3000).Select(e => e % 2 * 1.0)])]);
        var cut = MagnitudeSelection.Largest<float>(tensor, InputSpace.Weights, Merges.Run(2, tensor), [keep])[0];
        for (var e = 0; e < 3000; e++) Assert.Equal(keep > 0, cut.Keeps(e % 2, e));
    }

    [Theory]
    [InlineData("normal", false)]
    [InlineData("tied", false)]
    [InlineData("zeros", true)]
    public void A_whole_model_is_one_vector_in_the_order_of_tensor_names(string shape, bool withDouble)
    {
        int[] sizes = [70_000, 1, 130_001, 33];
        string[] names = ["b.weight", "a.bias", "B.weight", "a.weight"];
        var tensors = sizes.Select((size, i) =>
        {
            var spec = new TensorSpec(names[i], withDouble && i == 2 ? DType.F64 : DType.BF16, [size]);
            return Merges.Tensor(names[i], [.. Enumerable.Range(0, 3).Select(m => new MemoryTensor(spec, [.. Enumerable.Range(0, size).Select(Shape(shape, 10 * i + m))]))]);
        }).ToArray();
        var integers = new TensorSpec("ids", DType.I64, [5]);
        var run = Merges.Run(2, [.. tensors, Merges.Tensor("ids", [.. Enumerable.Range(0, 3).Select(_ => new Integers(integers))])]);
        var total = MagnitudeSelection.CountOfModel(run);
        Assert.Equal(sizes.Sum(), total);

        long[] keep = [total / 5, total * 2 / 3];
        var cuts = MagnitudeSelection.LargestOfModel(run, InputSpace.TaskVectors, keep);
        for (var model = 0; model < 2; model++)
        {
            var all = tensors.OrderBy(t => t.Output.Name, StringComparer.Ordinal).SelectMany(t => Rows(t, model).Select((value, index) => (t, value, index))).ToArray();
            var best = all.Index().OrderByDescending(e => Math.Abs(e.Item.value)).Take((int)keep[model]).Select(e => e.Index).Order();
            var kept = all.Index().Where(e => Keeps(cuts[model], e.Item.t, e.Item.value, e.Item.index)).Select(e => e.Index);
            Assert.Equal(best, kept);
        }
    }

    static bool Keeps(ModelCut cut, TensorMerge tensor, double value, int index) =>
        tensor.InDouble ? cut.On<double>(tensor).Keeps(value, index) : cut.On<float>(tensor).Keeps((float)value, index);

    static double[] Rows(TensorMerge tensor, int model)
    {
        var readers = tensor.Inputs.Select(i => (MemoryTensor)i.Reader).ToArray();
        return tensor.InDouble ? Difference<double>(readers[model + 1], readers[0]) : [.. Difference<float>(readers[model + 1], readers[0]).Select(v => (double)v)];
    }

    sealed class Integers(TensorSpec tensor) : TensorReader
    {
        public override TensorSpec Tensor => tensor;

        public override void Read(long first, Span<float> to) => to.Fill(7);
    }
}
