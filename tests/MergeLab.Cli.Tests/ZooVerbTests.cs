namespace MergeLab.Cli.Tests;

public class ZooVerbTests
{
    [Fact]
    public void A_generated_world_passes_its_check_and_a_changed_file_is_named()
    {
        using var scratch = new ScratchFolder();
        Assert.Equal(0, Mergelab.Run("zoo", "world", "--out", scratch.Path).Exit);
        Assert.Equal(0, Mergelab.Run("zoo", "world", "--out", scratch.Path, "--check").Exit);

        var file = scratch.File("nli.jsonl");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"yes\"", "\"no\"", StringComparison.Ordinal));
        var check = Mergelab.Run("zoo", "world", "--out", scratch.Path, "--check");
        Assert.Equal(1, check.Exit);
        Assert.Contains("nli.jsonl", check.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("title.jsonl", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_act_or_a_folder_the_way_out_is_named()
    {
        var bare = Mergelab.Run("zoo");
        Assert.Equal(2, bare.Exit);
        Assert.Contains("zoo --help", bare.Error, StringComparison.Ordinal);
        var homeless = Mergelab.Run("zoo", "world");
        Assert.Equal(2, homeless.Exit);
        Assert.Contains("--out", homeless.Error, StringComparison.Ordinal);
        Assert.Contains("mergelab zoo world --help", homeless.Error, StringComparison.Ordinal);
    }
}
