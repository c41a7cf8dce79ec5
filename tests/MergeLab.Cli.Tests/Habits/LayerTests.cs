namespace MergeLab.Cli.Tests.Habits;

public class LayerTests
{
    [Fact]
    public void No_layer_uses_one_below_it()
    {
        var files = SourceFiles.EndingIn([".cs"], "src");
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(f => Layers.Violations(f, SourceFiles.Read(f))));
    }

    [Theory]
    [InlineData("using MergeLab.Models.T5;")]
    [InlineData("using static MergeLab.Models.Greedy;")]
    [InlineData("using Model = MergeLab.Models.Model;")]
    [InlineData("global using MergeLab.Models;")]
    [InlineData("namespace MergeLab.Merging; class A { MergeLab.Models.Model? b; }")]
    [InlineData("namespace MergeLab.Merging; class A { string s = \"//\"; MergeLab . Models.Model? b; }")]
    public void A_use_of_a_lower_layer_is_found(string text) =>
        Assert.Equal(["src/MergeLab.Merging/Merging/A.cs: Merging uses Models, which stands below it"], Layers.Violations("src/MergeLab.Merging/Merging/A.cs", text));

    [Theory]
    [InlineData("using MergeLab.Core.Errors; using MergeLab.Tensors; namespace MergeLab.Merging.Rules;")]
    [InlineData("// as MergeLab.Models does\nnamespace MergeLab.Merging;")]
    [InlineData("namespace MergeLab.Merging; class A { string s = \"MergeLab.Models\"; }")]
    [InlineData("namespace MergeLab.Merging; class A { string s = \"\"\"\n MergeLab.Models \" \n\"\"\"; char q = '\"'; } /* MergeLab.Cli */")]
    public void Upper_layers_comments_and_texts_are_allowed(string text) =>
        Assert.Empty(Layers.Violations("src/MergeLab.Merging/Merging/A.cs", text));

    [Theory]
    [InlineData("src/MergeLab.Core/Text/A.cs", "namespace MergeLab.Tables;", "src/MergeLab.Core/Text/A.cs: declares namespace MergeLab.Tables in the folder of Core")]
    [InlineData("src/MergeLab.Merging/Usings.cs", "global using MergeLab.Merging;", "src/MergeLab.Merging/Usings.cs: Checkpoints uses Merging, which stands below it")]
    [InlineData("src/MergeLab.Pipeline/Misc/A.cs", "", "src/MergeLab.Pipeline/Misc/A.cs: lies in no layer")]
    [InlineData("src/MergeLab.Extras/A.cs", "", "src/MergeLab.Extras/A.cs: lies in no layer")]
    public void A_file_outside_its_layer_is_found(string file, string text, string violation) =>
        Assert.Contains(violation, Layers.Violations(file, text));
}
