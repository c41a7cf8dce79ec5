using System.Text;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>Masks from a file, and what goes wrong with them.</summary>
public sealed class RecordedMaskTests : IDisposable
{
    readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Bits_are_read_least_significant_first()
    {
        using var masks = RecordedMasks.Open(Write(("w|models/a", DType.U8, [0b1010_0101, 0b10])));
        var mask = masks.Find("w", "models/a", 10)!;
        Assert.Equal([true, false, true, false, false, true, false, true, false, true], Enumerable.Range(0, 10).Select(i => mask.Keeps(i)));
        Assert.Null(masks.Find("w", "models/b", 10));
        float[] row = [1, 2, 3, 4, 5, 6, 7];
        mask.Apply(3, row.AsSpan());
        Assert.Equal([0, 0, 3, 0, 5, 0, 7], row);
        var doubles = Enumerable.Range(1, 10).Select(i => (double)i).ToArray();
        mask.Apply(0, doubles.AsSpan());
        Assert.Equal([1, 0, 3, 0, 0, 6, 0, 8, 0, 10], doubles);
    }

    [Fact]
    public void Long_rows_lose_exactly_what_the_mask_drops()
    {
        var random = new Random(5);
        var bits = new byte[100];
        random.NextBytes(bits);
        var mask = new KeepMask(bits);
        foreach (var first in new[] { 0, 3, 8, 64, 77 })
        {
            var row = Enumerable.Range(0, 800 - first).Select(i => i + 1f).ToArray();
            mask.Apply(first, row.AsSpan());
            Assert.Equal(Enumerable.Range(0, 800 - first).Select(i => mask.Keeps(first + i) ? i + 1f : 0), row);
        }
    }

    [Fact]
    public void A_mask_of_another_size_is_refused_with_both_sizes()
    {
        using var masks = RecordedMasks.Open(Write(("w|models/a", DType.U8, [1, 2])));
        var problem = Assert.Throws<ProblemException>(() => masks.Find("w", "models/a", 17)).Problem.ToString();
        Assert.Contains("2 bytes", problem, StringComparison.Ordinal);
        Assert.Contains("17 elements", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weight", DType.U8)]
    [InlineData("weight|models/a", DType.F32)]
    public void A_file_of_something_else_is_refused(string name, DType type)
    {
        var problem = Assert.Throws<ProblemException>(() => RecordedMasks.Open(Write((name, type, [1, 2, 3, 4])))).Problem.ToString();
        Assert.Contains(name, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_mask_is_refused_where_something_was_dropped()
    {
        var models = new[] { new Dictionary<string, ArrayTensor> { ["w"] = new("w", DType.F32, [3], [1, 2, 3]) } };
        var basis = new Dictionary<string, ArrayTensor> { ["w"] = new("w", DType.F32, [3], [0, 0, 0]) };
        ArrayMerge Merge(double density) => new()
        {
            Method = "dare_linear", Models = models, Base = basis, Masks = new GivenMasks((_, _) => null), PerModel = new() { ["weight"] = [1], ["density"] = [density] },
        };
        Assert.Contains("models/m0", Assert.Throws<ProblemException>(() => Merge(0.5).Merge()).Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], Merge(1).Merge()["w"]);
        Assert.Equal([0, 0, 0], Merge(0).Merge()["w"]);
    }

    string Write((string Name, DType Type, byte[] Data) entry)
    {
        var path = Path.Combine(folder.Path, "masks.safetensors");
        var count = entry.Data.Length / entry.Type.Size();
        var header = Encoding.UTF8.GetBytes($"{{\"{entry.Name}\":{{\"dtype\":\"{entry.Type.Name()}\",\"shape\":[{count}],\"data_offsets\":[0,{entry.Data.Length}]}}}}");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. entry.Data]);
        return path;
    }
}
