using MergeLab.Checkpoints;
using MergeLab.Merging.Tests.Output;

namespace MergeLab.Merging.Tests.Vocabularies;

/// <summary>Merged embeddings and heads of recorded recipes with a tokenizer section, computed from aligned rows in double.</summary>
public sealed class AlignmentGoldenTests
{
    /// <summary>Rounding of ten operations in float32, as recorded: 9.6e-8 against float64; 1 ulp of bf16 where that is written.</summary>
    static double Tolerance(DType type) => type == DType.F32 ? 1e-6 : 0.004;

    public static TheoryData<string> Cases => new(RecipeCase.All.Where(c => c.StartsWith("tok-", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Merged_rows_are_the_references(string name)
    {
        using var recorded = RecipeCase.Open(name);
        if (recorded.Plan() is not { } plan || recorded.Setting("merge_method") == "slerp") return;
        foreach (var written in recorded.Written.Where(t => t.Name is "lm_head.weight" or "model.embed_tokens.weight"))
        {
            var aligned = plan.Align(written.Name, [.. recorded.Inputs.Select(i => (i.Reference, i.Source.Reader(written.Name)))]);
            Assert.All(aligned, a => Assert.Equal(written.Shape, a.Tensor.Shape));
            AssertEqual(recorded, written, Merge(recorded, [.. aligned.Select(Values)], written.Count));
        }
    }

    [Fact]
    public void There_are_recorded_cases() => Assert.True(RecipeCase.All.Count(c => c.StartsWith("tok-", StringComparison.Ordinal)) >= 10);

    /// <summary>The two methods the cases use: weighted mean, and base plus weighted task vectors.</summary>
    static double[] Merge(RecipeCase recorded, double[][] inputs, long count)
    {
        var weights = recorded.Inputs.Select(recorded.Weight).ToArray();
        var linear = recorded.Setting("merge_method") == "linear";
        var result = new double[count];
        for (var e = 0; e < count; e++)
        {
            var sum = inputs.Select((x, i) => (weights[i] ?? 0) * (linear ? x[e] : x[e] - inputs[0][e])).Sum();
            result[e] = linear ? sum / weights.Sum()!.Value : inputs[0][e] + sum;
        }
        return result;
    }

    static void AssertEqual(RecipeCase recorded, TensorSpec written, double[] merged)
    {
        var whole = File.Exists(recorded.File("tensors.safetensors"));
        using var file = SafetensorsFile.Open(recorded.File(whole ? "tensors.safetensors" : "sample.safetensors"));
        var info = file.Tensors.Single(t => t.Name == written.Name);
        var expected = new double[info.Count];
        MergeLab.Checkpoints.Numerics.Elements.ToDouble(info.DType, file.Bytes(info), expected);
        Assert.NotEmpty(expected);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], merged[whole ? i : i * merged.Length / expected.Length], Tolerance(info.DType));
    }

    static double[] Values(TensorReader reader)
    {
        var values = new double[reader.Tensor.Count];
        reader.Read(0, values.AsSpan());
        return values;
    }
}
