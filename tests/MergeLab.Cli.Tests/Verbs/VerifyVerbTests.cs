namespace MergeLab.Cli.Tests.Verbs;

public class VerifyVerbTests
{
    [Fact]
    public void The_shipped_zoo_is_as_accepted()
    {
        var run = Mergelab.Run("verify");
        Assert.Equal((0, ""), (run.Exit, run.Error));
    }

    [Fact]
    public void One_changed_byte_is_found_and_the_file_named()
    {
        using var scratch = new ScratchFolder();
        var source = Path.Combine(Repository.Root, "experiments", "zoo");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = scratch.File(Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        Assert.Equal(0, Mergelab.Run("verify", scratch.Path).Exit);

        var weights = scratch.File("t5-micro-lora", "nli", "adapter_model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^5] ^= 1;
        File.WriteAllBytes(weights, bytes);
        File.Delete(scratch.File("t5-micro", "config.json"));
        var run = Mergelab.Run("verify", scratch.Path);
        Assert.Equal(1, run.Exit);
        Assert.Equal("t5-micro-lora/nli/adapter_model.safetensors has other bytes\nt5-micro/config.json is missing\n", run.Out);
        Assert.Contains("restore", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_list_is_refused()
    {
        using var scratch = new ScratchFolder();
        var run = Mergelab.Run("verify", scratch.Path);
        Assert.Equal(2, run.Exit);
        Assert.Contains("zoo.json", run.Error, StringComparison.Ordinal);
    }
}
