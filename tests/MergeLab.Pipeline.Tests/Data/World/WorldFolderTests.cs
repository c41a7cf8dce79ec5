using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World;

public class WorldFolderTests
{
    static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Files = new(() => WorldFolder.Files(WorldFolder.ShippedSeed));

    static string Shipped => Path.Combine(Repository.Root, "experiments", "zoo", "world");

    [Fact]
    public void The_shipped_world_is_what_the_generator_makes() => Assert.Empty(WorldFolder.Differences(Shipped, Files.Value));

    [Fact]
    public void A_changed_file_and_a_missing_one_are_named()
    {
        using var scratch = new ScratchFolder();
        WorldFolder.Write(scratch.Path, Files.Value);
        WorldFolder.Check(scratch.Path, Files.Value);
        File.AppendAllText(scratch.File("title.jsonl"), "\n");
        File.Delete(scratch.File("tokenizer.json"));
        var refused = Assert.Throws<ProblemException>(() => WorldFolder.Check(scratch.Path, Files.Value));
        Assert.Equal(ExitCode.CheckFailed, refused.Problem.Exit);
        Assert.Contains("title.jsonl", refused.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_but_the_files_is_left_in_the_folder()
    {
        using var scratch = new ScratchFolder();
        WorldFolder.Write(scratch.Path, Files.Value);
        WorldFolder.Write(scratch.Path, Files.Value);
        Assert.Equal(Files.Value.Keys.Order(), Directory.GetFiles(scratch.Path).Select(f => Path.GetFileName(f)!).Order());
    }

    [Fact]
    public void Rows_are_json_lines_as_experiments_read_them()
    {
        foreach (var task in TaskTable.Evaluated)
        {
            var rows = System.Text.Encoding.UTF8.GetString(Files.Value[TaskFile.Name(task)]).TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
            Assert.Equal(TaskFile.Count(task, Split.Test), rows.Count(r => r.GetProperty("split").GetString() == "test"));
            Assert.Equal(TaskFile.ValidationRows, rows.Count(r => r.GetProperty("split").GetString() == "validation"));
            Assert.Equal(rows.Count, rows.Select(r => r.GetProperty("id").GetString()).Distinct().Count());
            Assert.Equal(rows.Count, rows.Select(r => r.GetProperty("input").GetString()).Distinct().Count());
            Assert.All(rows, r => Assert.NotEmpty(r.GetProperty("target").GetString()!));
        }
    }
}
