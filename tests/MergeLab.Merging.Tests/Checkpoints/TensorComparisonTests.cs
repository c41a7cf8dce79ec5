using MergeLab.Checkpoints;

namespace MergeLab.Merging.Tests.Checkpoints;

public sealed class TensorComparisonTests
{
    [Theory]
    [InlineData("I64", 9007199254740993, 9007199254740992, 1.0)]
    [InlineData("I64", -5, 7, 12.0)]
    [InlineData("U64", -1, 0, 18446744073709551615.0)]
    [InlineData("I64", 3, 3, 0.0)]
    public void Large_integers_are_compared_exactly(string type, long a, long b, double distance)
    {
        using var scratch = new ScratchFolder();
        var header = System.Text.Encoding.UTF8.GetBytes($$$"""{"n":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,8]}}""");
        File.WriteAllBytes(scratch.File("a"), SafetensorsBytes.Of(header, BitConverter.GetBytes(a)));
        File.WriteAllBytes(scratch.File("b"), SafetensorsBytes.Of(header, BitConverter.GetBytes(b)));
        using var left = SafetensorsFile.Open(scratch.File("a"));
        using var right = SafetensorsFile.Open(scratch.File("b"));
        var found = TensorComparison.Of(left, left.Tensors[0], right, right.Tensors[0], 0, 0);
        Assert.Equal((distance, distance == 0), (found.MaxAbsolute, found.Within));
    }
}
