using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Output;

namespace MergeLab.Merging.Tests.Output;

/// <summary>Recorded recipes that are about vocabularies or ties, from the text of the recipe to the files.</summary>
public sealed class VocabularyRecipeTests
{
    public static TheoryData<string> Cases => new(RecipeCase.All.Where(IsOne));

    [Fact]
    public void There_are_recorded_cases() => Assert.True(RecipeCase.All.Count(IsOne) >= 15);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Names_shapes_types_and_values_are_the_references(string name)
    {
        using var recorded = RecipeCase.Open(name);
        using var scratch = new ScratchFolder();
        RecipeRun.Write(recorded.Text, scratch.File("merged"));
        using var merged = Checkpoint.Open(scratch.File("merged"));
        Assert.Equal(recorded.Written.Select(Described).Order(StringComparer.Ordinal), merged.Tensors.Select(Described).Order(StringComparer.Ordinal));
        foreach (var tensor in merged.Tensors) AssertValues(recorded, merged, tensor);
    }

    static bool IsOne(string name) => new[] { "tok-", "linear-tied", "qwen2-tied" }.Any(b => name.StartsWith(b, StringComparison.Ordinal));

    static string Described(TensorSpec tensor) => $"{tensor.Name} {tensor.DType.Name()} {tensor.ShapeText}";

    static void AssertValues(RecipeCase recorded, Checkpoint merged, TensorInfo tensor)
    {
        var whole = File.Exists(recorded.File("tensors.safetensors"));
        using var file = SafetensorsFile.Open(recorded.File(whole ? "tensors.safetensors" : "sample.safetensors"));
        var info = file.Tensors.Single(t => t.Name == tensor.Name);
        var expected = new double[info.Count];
        Elements.ToDouble(info.DType, file.Bytes(info), expected);
        var found = new double[tensor.Count];
        merged.Reader(tensor.Name).Read(0, found.AsSpan());
        Assert.NotEmpty(expected);
        // Rounding of ten float32 operations; one unit in the last place where 16 bits are written.
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[whole ? i : i * found.Length / expected.Length], tensor.DType == DType.F32 ? 1e-6 : Math.Max(1, Math.Abs(expected[i])) / 128);
    }
}
