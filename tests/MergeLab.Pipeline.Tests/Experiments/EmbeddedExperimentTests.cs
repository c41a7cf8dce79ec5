using System.Globalization;
using MergeLab.Data.World;
using MergeLab.Experiments;
using MergeLab.Experiments.Graph;
using MergeLab.Merging.Recipes;

namespace MergeLab.Pipeline.Tests.Experiments;

public class EmbeddedExperimentTests
{
    static Experiment Load(string name) => Assert.Single(ExperimentTree.Load(Path.Combine(Repository.Root, "experiments")).Select(name));

    [Fact]
    public void Stages_of_geomed() => Snapshot.Match(string.Join('\n', ExperimentGraph.Build(Load("geomed")).Stages.Nodes));

    [Fact]
    public void Stages_of_smoke() => Snapshot.Match(string.Join('\n', ExperimentGraph.Build(Load("smoke")).Stages.Nodes));

    /// <summary>Sets of table 3, as numbers of table 2.</summary>
    [Theory]
    [InlineData("two", "7 8")]
    [InlineData("six", "8 9 10 18 19 20")]
    [InlineData("fifteen", "1 2 3 4 5 6 8 9 10 13 14 18 19 20 21")]
    [InlineData("twenty", "1 2 3 4 5 6 8 9 10 11 12 13 14 15 16 17 18 19 20 21")]
    public void The_sets_of_geomed_mirror_the_papers(string set, string numbers)
    {
        var numberOf = TaskTable.All.ToDictionary(t => t.Name, t => t.Mirrors.Split(' ')[0]);
        Assert.Equal(numbers, string.Join(' ', Load("geomed").Sets.Single(s => s.Name == set).Members.Select(m => numberOf[m])));
    }

    [Fact]
    public void Every_merge_of_geomed_stands_beside_five_published_figures()
    {
        var cells = ExperimentGraph.Build(Load("geomed")).Cells.Values.ToList();
        Assert.Equal(1 + 21 + 8, cells.Count);
        Assert.All(cells, c => Assert.Equal(c.Merge is null ? 0 : 5, c.Published.Count));
        Assert.All(cells, c => Assert.Equal(["rouge1", "rouge2", "rougeL", "rougeLsum", "bleu"], c.Metrics));
    }

    /// <summary>The grid fills in defaults; a recipe that states them must be one that recipes allow.</summary>
    [Theory]
    [InlineData("geomed")]
    [InlineData("smoke")]
    public void Recipes_accept_what_the_grid_makes_of_parameters(string name)
    {
        var variants = MergeGrid.Expand(Load(name));
        Assert.NotEmpty(variants);
        foreach (var variant in variants)
        {
            var parameters = string.Join(", ", variant.Settings.Select(p => $"{p.Key}: {Convert.ToString(p.Value, CultureInfo.InvariantCulture)}"));
            var recipe = RecipeReader.Read($"merge_method: {variant.Entry.Method}\nbase_model: b\nmodels: [{{ model: m }}]\nparameters: {{ {parameters} }}\n", "recipe.yaml");
            Assert.Equal(variant.Entry.Method, recipe.Method.Name);
        }
    }

    [Fact]
    public void Every_row_file_of_the_embedded_experiments_is_there()
    {
        var data = ExperimentTree.Load(Path.Combine(Repository.Root, "experiments")).All.SelectMany(e => e.Tasks).Select(t => t.Data).ToList();
        Assert.NotEmpty(data);
        Assert.All(data, file => Assert.True(File.Exists(file), file));
    }
}
