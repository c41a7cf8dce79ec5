using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Tests.Recipes;

public class ParameterSettingTests
{
    static readonly Place Nowhere = new("r.yml");

    [Theory]
    [InlineData(0.1, 0.2)]
    [InlineData(0.5, 0.3)]
    [InlineData(0.9, 0.88)]
    [InlineData(1, 1)]
    public void A_gradient_is_piecewise_linear_over_evenly_spaced_knots(double t, double value) =>
        Assert.Equal(value, new SettingChoice(null, [0, 0.5, 0.3, 0.7, 1], null, Nowhere).At(t), 12);

    [Fact]
    public void One_knot_is_the_same_everywhere() => Assert.Equal(0.25, new SettingChoice(null, [0.25], null, Nowhere).At(0.7));

    [Fact]
    public void Filters_are_plain_parts_of_names_and_the_first_that_fits_counts()
    {
        var setting = Weight("[{filter: layers.1, value: 2}, {filter: mlp, value: 3}, {filter: '*', value: 4}]");
        Assert.Equal(2, setting.For("model.layers.10.self_attn.q_proj.weight")!.At(0));
        Assert.Equal(3, setting.For("model.layers.2.mlp.up_proj.weight")!.At(0));
        Assert.Equal(4, setting.For("model.layers.2.MLP")!.At(0));
    }

    [Fact]
    public void Without_a_fitting_filter_nothing_is_set_here() => Assert.Null(Weight("[{filter: mlp, value: 3}]").For("lm_head.weight"));

    [Fact]
    public void A_condition_may_stand_without_a_list()
    {
        var setting = Weight("{filter: mlp, value: [1, 2]}");
        Assert.Equal(2, setting.For("x.mlp.y")!.At(1));
        Assert.Null(setting.For("lm_head"));
    }

    [Theory]
    [InlineData("2e-1", 0.2)]
    [InlineData("'0.5'", 0.5)]
    [InlineData("1_000", 1000)]
    [InlineData("-.5", -0.5)]
    [InlineData("+3.", 3)]
    [InlineData("true", 1)]
    public void Numbers_are_read_as_the_reference_reads_them(string text, double value) => Assert.Equal(value, Weight(text).For("")!.At(0));

    [Theory]
    [InlineData("'no'", 0)]
    [InlineData("yes", 1)]
    [InlineData("Off", 0)]
    [InlineData("1", 1)]
    [InlineData("true", 1)]
    public void Flags_are_read_as_the_reference_reads_them(string text, double value) =>
        Assert.Equal(value, Read($"parameters: {{normalize: {text}}}").Parameters.For("normalize", "")!.At(0));

    [Theory]
    [InlineData("[]")]
    [InlineData("[1, [2]]")]
    [InlineData("[{value: 1}, 2]")]
    [InlineData("[{value: 1, fliter: mlp}]")]
    [InlineData("[{filter: mlp}]")]
    [InlineData("{value: []}")]
    [InlineData("[0.5, .nan]")]
    [InlineData("1__0")]
    [InlineData("0x1F")]
    [InlineData("010")]
    [InlineData("~")]
    public void What_is_no_setting_is_refused_with_its_line(string text)
    {
        var problem = Assert.Throws<ProblemException>(() => Weight(text)).Problem;
        Assert.Equal(3, problem.Where!.Line);
    }

    [Fact]
    public void Another_name_of_a_parameter_is_taken_once()
    {
        const string Start = "merge_method: task_arithmetic\nbase_model: b\nmodels: [{model: a, parameters: {weight: 1}}]\n";
        Assert.Equal(0.3, RecipeReader.Read(Start + "parameters: {scaling: 0.3}\n", "r.yml").Parameters.Number("lambda"));
        Assert.Contains("lambda", Assert.Throws<ProblemException>(() => RecipeReader.Read(Start + "parameters: {scaling: 0.3, lambda: 1}\n", "r.yml")).Message, StringComparison.Ordinal);
    }

    static ParameterSetting Weight(string text) =>
        RecipeReader.Read($"merge_method: linear\nmodels:\n- {{model: a, parameters: {{weight: {text}}}}}\n", "r.yml").Models[0].Parameters.ByName["weight"];

    static Recipe Read(string lines) => RecipeReader.Read($"merge_method: linear\nmodels: [{{model: a}}]\n{lines}\n", "r.yml");
}
