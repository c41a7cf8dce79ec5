using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Tests.Recipes;

public class RecipeFileTests
{
    [Fact]
    public void Stages_come_after_those_they_use_in_whatever_order_they_stand()
    {
        var file = Read(("", "late"), ("late", "early"), ("early", "models/a"));
        Assert.Equal(["early", "late", null], file.Stages.Select(s => s.Name));
        Assert.Null(file.Final.Name);
    }

    [Fact]
    public void Where_all_have_names_the_last_is_wanted() => Assert.Equal("b", Read(("a", "m"), ("b", "a")).Final.Name);

    [Fact]
    public void A_stage_that_nobody_uses_is_run_before_the_wanted_one() =>
        Assert.Equal(["x", "spare", null], Read(("x", "m"), ("", "x"), ("spare", "m")).Stages.Select(s => s.Name));

    [Fact]
    public void A_base_and_a_tokens_donor_may_be_stages_too()
    {
        var file = RecipeFile.Read("merge_method: linear\nmodels: [{model: m, parameters: {weight: 1}}]\nbase_model: s\nparameters: {weight: 1}\n---\nname: s\nmerge_method: passthrough\nmodels: [{model: m}]\n", "r.yml");
        Assert.Equal("s", file.Stages[0].Name);
        Assert.Equal("s", Assert.Single(RecipeFile.UsedBy(file.Final, file.Stages)).Name);
    }

    [Fact]
    public void A_circle_names_those_in_it()
    {
        var problem = Assert.Throws<ProblemException>(() => Read(("a", "b"), ("b", "c"), ("c", "a"))).Problem;
        Assert.Equal("c uses a uses b uses c", problem.Why);
    }

    static RecipeFile Read(params (string Name, string Model)[] stages) =>
        RecipeFile.Read(string.Join("---\n", stages.Select(s => (s.Name.Length == 0 ? "" : $"name: {s.Name}\n") + $"merge_method: passthrough\nmodels: [{{model: {s.Model}}}]\n")), "r.yml");
}
