namespace MergeLab.Cli.Tests.Verbs;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("merg", "did you mean 'merge'?")]
    [InlineData("merg --help", "did you mean 'merge'?")]
    [InlineData("zoo wrld", "did you mean 'world'?")]
    [InlineData("doctor --jsn", "did you mean '--json'?")]
    [InlineData("doctor --jsn --help", "did you mean '--json'?")]
    [InlineData("doctor --threads two", "--threads two: not a whole number")]
    [InlineData("doctor --threads 0", "from 1 to 1024")]
    [InlineData("merge recipe.yml --random-seed x", "--random-seed x: not a whole number")]
    [InlineData("doctor --device gpu", "auto, cpu, cuda or cuda:<number>")]
    [InlineData("inspect", "PATH is missing")]
    [InlineData("compare one", "B is missing")]
    [InlineData("median --points p.safetensors --compat papr", "--compat papr: not known")]
    [InlineData("--json", "no verb given")]
    public void A_mistake_on_the_command_line_exits_2_and_says_what_to_type(string line, string hint)
    {
        var run = Mergelab.Run(line.Split(' '));
        Assert.Equal(2, run.Exit);
        Assert.Empty(run.Out);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_is_given_where_required_options_are_missing()
    {
        var run = Mergelab.Run("forward", "--help");
        Assert.Equal(0, run.Exit);
        Assert.Contains("Example:", run.Out, StringComparison.Ordinal);
    }
}
