using MergeLab.Core.Errors;
using MergeLab.Evaluation.Tasks;

namespace MergeLab.Pipeline.Tests.Evaluation.Tasks;

public class TaskRowFileTests
{
    const string Good = """
        {"id":"a","split":"test","input":"one","target":"two"}
        {"split":"test","input":"three","target":["four","five"]}

        {"id":7,"split":"validation","input":"six","choices":["yes","no"],"label":1,"level":3}
        """;

    static ProblemException Refused(string text, string? split = null)
    {
        using var scratch = new ScratchFolder();
        return Assert.Throws<ProblemException>(() => TaskRowFile.Read(scratch.Write("rows.jsonl", text), split));
    }

    [Fact]
    public void Rows_of_both_kinds_are_read_with_their_splits_and_names()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Write("rows.jsonl", Good);
        var rows = TaskRowFile.Read(file);
        Assert.Equal(["a", "2", "7"], rows.Select(r => r.Id));
        Assert.Equal(["four", "five"], rows[1].References);
        Assert.Equal((4, "no"), (rows[2].Line, rows[2].References[0]));
        Assert.Equal(["yes", "no"], rows[2].Choices!);
        Assert.Equal(["6"], TaskRowFile.Read(file, "validation").Select(r => r.Line == 4 ? "6" : ""));
        Assert.Single(TaskRowFile.Read(file, "test", 1));
    }

    [Theory]
    [InlineData("{\"target\":\"b\"}", "'input' is missing")]
    [InlineData("{\"input\":\"a\"}", "'target' is missing")]
    [InlineData("{\"input\":\"a\",\"choices\":[\"b\"]}", "'label' is missing")]
    [InlineData("{\"input\":\"a\",\"choices\":[\"b\"],\"label\":1}", "must be a whole number from 0 to 0")]
    [InlineData("{\"input\":\"a\",\"choices\":[],\"label\":0}", "no choice")]
    [InlineData("{\"input\":\"a\",\"target\":[]}", "no right answer")]
    [InlineData("{\"input\":3,\"target\":\"b\"}", "must be a string")]
    [InlineData("{\"input\":\"a\"", "not valid JSON")]
    [InlineData("[1]", "must be an object")]
    public void A_line_that_is_no_row_is_named(string line, string what)
    {
        var problem = Refused("{\"input\":\"a\",\"target\":\"b\"}\n" + line + "\n").Problem;
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        Assert.Equal(2, problem.Where!.Line);
    }

    [Fact]
    public void A_split_without_rows_is_an_error_that_names_the_splits_there_are()
    {
        var problem = Refused(Good, "tset").Problem;
        Assert.Contains("tset", problem.What, StringComparison.Ordinal);
        Assert.Contains("test, validation", problem.Why, StringComparison.Ordinal);
        Assert.Contains("test", problem.Remedy, StringComparison.Ordinal);
        Assert.Contains("split", Refused("{\"input\":\"a\",\"target\":\"b\"}", "test").Problem.Remedy, StringComparison.Ordinal);
        Assert.Contains("empty", Refused("").Problem.What, StringComparison.Ordinal);
    }
}
