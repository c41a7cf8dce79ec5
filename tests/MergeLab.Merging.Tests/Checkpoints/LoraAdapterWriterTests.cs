using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

public sealed class LoraAdapterWriterTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("llama-patterns", "llama")]
    [InlineData("llama-embedding", "llama")]
    [InlineData("gpt2-conv1d", "gpt2")]
    [InlineData("vit-conv", "vit")]
    public void Factors_written_and_read_again_change_the_base_in_the_same_way(string name, string baseName)
    {
        using var original = PeftAdapter.Open(Path.Combine(AdapterGoldens.Case(name), "adapter"));
        var target = scratch.File("adapter");
        LoraAdapterWriter.Write(target, [.. original.Lora.Select(m => new LoraShape(m.Path, m.Rank, m.Alpha, m.Outputs, [.. m.A.Shape.Skip(1)]) { Form = m.Form })],
            shape => original.Lora.Where(m => m.Path == shape.Module).Select(m => (m.ReadA(), m.ReadB())).Single(), new LoraAdapterOptions { BaseModel = baseName, FanInFanOut = original.Config.FanInFanOut });

        using var again = PeftAdapter.Open(target);
        Assert.Equal(original.Lora.Select(m => (m.Path, m.Rank, m.Alpha, m.Scale)), again.Lora.Select(m => (m.Path, m.Rank, m.Alpha, m.Scale)));
        Assert.Empty(again.Config.Warnings);
        using var model = Checkpoint.Open(AdapterGoldens.Base(baseName));
        var (before, after) = (AdapterBinding.Bind(original, model), AdapterBinding.Bind(again, model));
        Assert.Equal(before.Lora.Select(l => l.Tensor.Name), after.Lora.Select(l => l.Tensor.Name));
        foreach (var (x, y) in before.Lora.Zip(after.Lora))
        {
            Assert.Equal(x.Layout, y.Layout);
            Assert.Equal(x.Factors().Left, y.Factors().Left);
            Assert.Equal(x.Factors().Right, y.Factors().Right);
        }
        Assert.Equal(original.Weights.Tensors.Where(t => t.Name.Contains("lora_", StringComparison.Ordinal)).Select(t => (t.Name, t.ShapeText)), again.Weights.Tensors.Select(t => (t.Name, t.ShapeText)));
    }

    [Fact]
    public void An_existing_folder_is_not_replaced_unasked()
    {
        LoraShape[] modules = [new("q", 1, 1, 1, [1])];
        LoraAdapterWriter.Write(scratch.File("a"), modules, _ => ([1], [1]));
        Assert.Throws<ProblemException>(() => LoraAdapterWriter.Write(scratch.File("a"), modules, _ => ([1], [1])));
        LoraAdapterWriter.Write(scratch.File("a"), modules, _ => ([1], [1]), new LoraAdapterOptions { Overwrite = true });
        Assert.Single(Directory.EnumerateFileSystemEntries(scratch.Path));
    }
}
