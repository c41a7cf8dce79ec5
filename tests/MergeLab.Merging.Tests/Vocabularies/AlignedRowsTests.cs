using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Engine;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Vocabularies;

public sealed class AlignedRowsTests : IDisposable
{
    const string Name = "model.embed_tokens.weight";
    const int Width = 3;

    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.F64)]
    public void Any_window_reads_what_the_whole_reads(DType type)
    {
        var plan = Plan(padding: 8);
        var rows = plan.Align(Name, Inputs(plan, type, type, type))[2];
        Assert.Equal(type, rows.Tensor.DType);
        var whole = Values(rows);
        for (var first = 0; first < whole.Length; first++)
        {
            for (var count = 1; first + count <= whole.Length; count++)
            {
                var (doubles, singles) = (new double[count], new float[count]);
                rows.Read(first, doubles.AsSpan());
                rows.Read(first, singles.AsSpan());
                Assert.Equal(whole[first..(first + count)], doubles);
                Assert.Equal(doubles.Select(d => (float)d), singles);
            }
        }
    }

    [Fact]
    public void Rows_follow_the_rule_own_then_the_only_one_then_the_mean()
    {
        // first: a b; second: b c d; third: d e a
        var plan = Plan();
        Assert.Equal(["a", "b", "c", "d", "e"], plan.Output.Texts);
        var aligned = plan.Align(Name, Inputs(plan, DType.F32, DType.F32, DType.F32)).Select(Values).ToList();
        Assert.Equal([Row(0, 0), Row(0, 1), Row(1, 1), Mean(Row(1, 2), Row(2, 0)), Row(2, 1)], Rows(aligned[0]));
        Assert.Equal([Mean(Row(0, 0), Row(2, 2)), Row(1, 0), Row(1, 1), Row(1, 2), Row(2, 1)], Rows(aligned[1]));
        Assert.Equal([Row(2, 2), Mean(Row(0, 1), Row(1, 0)), Row(1, 1), Row(2, 0), Row(2, 1)], Rows(aligned[2]));
    }

    [Fact]
    public void With_a_base_its_row_comes_before_the_mean_even_where_it_is_not_merged()
    {
        var plan = Plan(hasBase: true, others: model => Values(0, model == Reference(0) ? DType.F32 : throw new InvalidOperationException()));
        var aligned = plan.Align(Name, [.. Inputs(plan, DType.F32, DType.F32, DType.F32).Skip(1)]).Select(Values).ToList();
        Assert.Equal(2, aligned.Count);
        Assert.Equal(Row(0, 0), Rows(aligned[0])[0]); // a: the base and the third have it
        Assert.Equal(Row(0, 1), Rows(aligned[1])[1]); // b: the base and the second
    }

    [Fact]
    public void Rows_beyond_the_tokens_are_the_mean_of_the_others_of_each_model()
    {
        var plan = Plan(padding: 4);
        Assert.Equal(8, plan.Rows);
        var rows = Rows(Values(plan.Align(Name, Inputs(plan, DType.F32, DType.F32, DType.F32))[0]));
        Assert.Equal(8, rows.Length);
        Assert.All(rows[5..], r => Assert.All(r.Zip(Mean(rows[..5])), p => Assert.Equal(p.Second, p.First, 1e-6)));
    }

    [Fact]
    public void Rows_of_a_wider_type_widen_the_tensor_and_lose_nothing()
    {
        var plan = Plan();
        var aligned = plan.Align(Name, Inputs(plan, DType.BF16, DType.F32, DType.BF16));
        Assert.Equal(DType.F32, aligned[0].Tensor.DType); // takes c from the second
        var inputs = Inputs(plan, DType.BF16, DType.F32, DType.BF16);
        Assert.Equal(Values(inputs[1].Reader)[Width..(2 * Width)], Rows(Values(aligned[0]))[2]);
    }

    [Fact]
    public void A_tensor_whose_rows_do_not_move_is_passed_through_without_padding_rows()
    {
        Tokenizer(0, "a", "b");
        var plan = VocabularyPlan.Of(Request(VocabularySource.Base, null), [Model(0, 5)], firstIsBase: true);
        var padded = Values(0, DType.F32, rows: 5);
        var aligned = plan.Align(Name, [(Reference(0), padded)])[0];
        Assert.Equal([2, Width], aligned.Tensor.Shape);
        Assert.Equal(2 * Width, aligned.Tensor.Count);
        Assert.Equal(Values(padded)[..(2 * Width)], Values(aligned));
    }

    [Fact]
    public void Fewer_rows_than_tokens_are_refused()
    {
        var plan = Plan();
        var inputs = Inputs(plan, DType.F32, DType.F32, DType.F32);
        inputs[1] = (inputs[1].Model, Values(1, DType.F32, rows: 2));
        Assert.Contains("without a row", Assert.Throws<ProblemException>(() => plan.Align(Name, inputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_other_widths_are_refused()
    {
        var plan = Plan();
        var inputs = Inputs(plan, DType.F32, DType.F32, DType.F32);
        inputs[1] = (inputs[1].Model, new MemoryTensor(new TensorSpec(Name, DType.F32, [3, 5]), new double[15]));
        Assert.Contains("cannot be aligned", Assert.Throws<ProblemException>(() => plan.Align(Name, inputs)).Message, StringComparison.Ordinal);
    }

    VocabularyPlan Plan(bool hasBase = false, int? padding = null, Func<ModelReference, TensorReader?>? others = null)
    {
        Tokenizer(0, "a", "b");
        Tokenizer(1, "b", "c", "d");
        Tokenizer(2, "d", "e", "a");
        return VocabularyPlan.Of(Request(VocabularySource.Union, padding), [Model(0, 2), Model(1, 3), Model(2, 3)], hasBase, others: (model, _) => others?.Invoke(model));
    }

    static TokenizerRequest Request(VocabularySource source, int? padding) => new(source, null, [], padding, new Place("recipe.yaml", 1, 1));

    static ModelReference Reference(int model) => new($"model-{model}", null, new Place("recipe.yaml"));

    VocabularyModel Model(int model, int rows) => new(Reference(model), scratch.File($"{model}"), rows);

    void Tokenizer(int model, params string[] tokens) =>
        scratch.Write($"{model}/tokenizer.json", JsonSerializer.Serialize(new { model = new { vocab = tokens.Select((t, i) => (t, i)).ToDictionary() } }));

    static (ModelReference Model, TensorReader Reader)[] Inputs(VocabularyPlan plan, params DType[] types) => [.. types.Select((t, i) => (plan.Models[i], (TensorReader)Values(i, t)))];

    /// <summary>Numbers that bf16 can hold differ from row to row and model to model.</summary>
    static MemoryTensor Values(int model, DType type, int? rows = null) => new(new TensorSpec(Name, type, [rows ?? Counts[model], Width]),
        [.. Enumerable.Range(0, rows ?? Counts[model]).SelectMany(r => Row(model, r))]);

    static readonly int[] Counts = [2, 3, 3];

    static double[] Row(int model, int row) => [.. Enumerable.Range(0, Width).Select(c => (double)((model * 32) + (row * 4) + c))];

    static double[] Mean(params double[][] rows) => [.. Enumerable.Range(0, Width).Select(c => rows.Average(r => r[c]))];

    static double[][] Rows(double[] values) => [.. values.Chunk(Width)];

    static double[] Values(TensorReader reader)
    {
        var values = new double[reader.Tensor.Count];
        reader.Read(0, values.AsSpan());
        return values;
    }
}
