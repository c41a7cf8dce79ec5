using System.Text;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Seeded mutations of configs and indexes: each is read, or refused as a problem; nothing else may come out.</summary>
public sealed class AdapterFuzzTests
{
    const int Mutations = 1500;

    static readonly string[] Splices =
    [
        "-1", "0", "1e400", "99999999999999999999", "null", "true", "\"\"", "[]", "{}", "[[0]]", "\"(\"", "\"(?P<a>x)\"", "\"[\"", "\"a{1000000}\"", "\"\\ud800\"", ",", "\"r\":", "\\u0000", "\"*\"", "{\"(\":1}",
    ];

    [Theory]
    [InlineData("llama-patterns", "llama")]
    [InlineData("llama-regex", "llama")]
    [InlineData("llama-token-rows", "llama")]
    [InlineData("roberta-ia3", "roberta")]
    public void A_mutated_adapter_config_is_read_or_refused(string name, string baseName)
    {
        using var scratch = new ScratchFolder();
        using var model = Checkpoint.Open(AdapterGoldens.Base(baseName));
        var golden = Path.Combine(AdapterGoldens.Case(name), "adapter");
        File.Copy(Path.Combine(golden, PeftAdapter.WeightsFile), scratch.File(PeftAdapter.WeightsFile));
        Run(File.ReadAllText(Path.Combine(golden, AdapterConfig.FileName)), scratch.File(AdapterConfig.FileName), () =>
        {
            using var adapter = PeftAdapter.Open(scratch.Path);
            AdapterBinding.Bind(adapter, model);
        });
    }

    [Fact]
    public void A_mutated_index_is_read_or_refused()
    {
        using var scratch = new ScratchFolder();
        using (var model = Checkpoint.Open(AdapterGoldens.Base("t5")))
        using (var writer = CheckpointWriter.Create(scratch.File("m"), model.Tensors, new CheckpointWriterOptions { ShardSize = 20000 }))
        {
            foreach (var tensor in model.Tensors) writer.Write(tensor.Name, 0, model.Locate(tensor.Name).File.Bytes(tensor));
            writer.Commit();
        }
        var index = scratch.File("m", Checkpoint.IndexFile);
        Run(File.ReadAllText(index), index, () => Checkpoint.Open(scratch.File("m")).Dispose());
    }

    static void Run(string good, string path, Action open)
    {
        var random = new Random(20260102);
        var (read, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            var at = random.Next(good.Length);
            var cut = random.Next(Math.Min(10, good.Length - at));
            var insert = random.Next(3) switch { 0 => "", 1 => Splices[random.Next(Splices.Length)], _ => good.Substring(random.Next(good.Length - 30), random.Next(30)) };
            File.WriteAllBytes(path, Encoding.UTF8.GetBytes(good[..at] + insert + good[(at + cut)..]));
            try
            {
                open();
                read++;
            }
            catch (ProblemException)
            {
                refused++;
            }
        }
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }
}
