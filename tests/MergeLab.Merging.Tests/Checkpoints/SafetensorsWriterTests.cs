using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.Golden("adapters"), "*.safetensors", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Repository.Golden("adapters"), f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_written_again_has_the_bytes_of_the_reference_library(string name)
    {
        var source = Repository.Golden("adapters", name);
        var target = scratch.File("copy.safetensors");
        using (var file = SafetensorsFile.Open(source))
        using (var writer = SafetensorsWriter.Create(target, [.. file.Tensors.Reverse()], file.Metadata))
        {
            // In pieces, out of order and in parallel: none of it may show.
            Parallel.ForEach(file.Tensors, tensor =>
            {
                for (var at = (tensor.Bytes - 1) / 100 * 100; at >= 0 && tensor.Bytes > 0; at -= 100)
                    writer.Write(tensor.Name, at, file.Bytes(tensor, at, (int)Math.Min(100, tensor.Bytes - at)));
            });
            writer.Commit();
        }
        Assert.Equal(File.ReadAllBytes(source), File.ReadAllBytes(target));
    }

    [Fact]
    public void Without_commit_nothing_is_left_and_the_old_file_stays()
    {
        var target = scratch.Write("old.safetensors", "old");
        using (var writer = SafetensorsWriter.Create(target, [new TensorSpec("a", DType.F32, [2])])) writer.Write("a", 0, new byte[8]);
        Assert.Equal("old", File.ReadAllText(target));
        Assert.Single(Directory.EnumerateFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void A_tensor_that_was_not_written_completely_is_not_committed()
    {
        using var writer = SafetensorsWriter.Create(scratch.File("a.safetensors"), [new TensorSpec("a", DType.F32, [2])]);
        writer.Write("a", 4, new byte[4]);
        Assert.Throws<InvalidOperationException>(writer.Commit);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write("a", 4, new byte[8]));
    }

    [Fact]
    public void Names_beyond_ASCII_and_empty_tensors_come_back()
    {
        var path = scratch.File("a.safetensors");
        using (var writer = SafetensorsWriter.Create(path, [new TensorSpec("größe \"1\"", DType.I64, []), new TensorSpec("leer", DType.F16, [0, 3])]))
        {
            writer.Write("größe \"1\"", 0, new byte[8]);
            writer.Commit();
        }
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["größe \"1\"", "leer"], file.Tensors.Select(t => t.Name));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(0, file.Tensors[0].Offset % 8);
    }

    [Fact]
    public void A_model_folder_is_split_into_shards_that_its_index_names()
    {
        var source = AdapterGoldens.Base("llama");
        var target = scratch.File("out");
        using (var model = Checkpoint.Open(source))
        using (var writer = CheckpointWriter.Create(target, model.Tensors, new CheckpointWriterOptions { ShardSize = 5000, CopyFrom = source }))
        {
            foreach (var tensor in model.Tensors) writer.Write(tensor.Name, 0, model.Locate(tensor.Name).File.Bytes(tensor));
            Assert.False(Directory.Exists(target));
            writer.Commit();
        }
        using var before = Checkpoint.Open(source);
        using var after = Checkpoint.Open(target);
        Assert.True(after.Files.Count > 3);
        Assert.All(after.Files, f => Assert.True(f.Tensors.Count == 1 || f.Tensors.Sum(t => t.Bytes) <= 5000));
        Assert.Equal(before.Tensors.Select(t => t.Name), after.Tensors.Select(t => t.Name));
        foreach (var tensor in before.Tensors)
            Assert.True(before.Locate(tensor.Name).File.Bytes(tensor).SequenceEqual(after.Locate(tensor.Name).File.Bytes(after.Find(tensor.Name)!)));
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "config.json")), File.ReadAllBytes(Path.Combine(target, "config.json")));
        Assert.Single(Directory.EnumerateFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void An_existing_folder_is_only_replaced_when_asked_and_only_if_it_is_a_model()
    {
        TensorSpec[] tensors = [new("a", DType.F32, [1])];
        var target = scratch.File("model");
        Write(target, tensors, false);
        Assert.Contains("--overwrite", Assert.Throws<ProblemException>(() => Write(target, tensors, false)).Message, StringComparison.Ordinal);
        Write(target, tensors, true);
        scratch.Write("precious/letter.txt", "dear");
        Assert.Throws<ProblemException>(() => Write(scratch.File("precious"), tensors, true));
        Assert.Equal(["model", "precious"], Directory.EnumerateFileSystemEntries(scratch.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_result_that_the_disk_cannot_hold_is_refused_before_anything_is_written()
    {
        var e = Assert.Throws<ProblemException>(() => CheckpointWriter.Create(scratch.File("big"), [new TensorSpec("a", DType.F32, [1L << 50])]));
        Assert.Equal(ExitCode.MachineLacks, e.Problem.Exit);
        Assert.Contains("4503599627370", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Path));
    }

    static void Write(string target, IReadOnlyList<TensorSpec> tensors, bool overwrite)
    {
        using var writer = CheckpointWriter.Create(target, tensors, new CheckpointWriterOptions { Overwrite = overwrite });
        foreach (var tensor in tensors) writer.Write(tensor.Name, 0, new byte[tensor.Bytes]);
        writer.Commit();
    }
}
