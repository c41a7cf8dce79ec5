using MergeLab.Core.Errors;
using MergeLab.Evaluation;
using MergeLab.Evaluation.Tasks;

namespace MergeLab.Pipeline.Tests.Evaluation.Tasks;

public class TaskEvaluatorTests
{
    static readonly string Zoo = Path.Combine(Repository.Root, "experiments", "zoo");

    static IReadOnlyList<TaskRow> Rows(string task, int limit) => TaskRowFile.Read(Path.Combine(Zoo, "world", task + ".jsonl"), "test", limit);

    [Theory]
    [InlineData("describe", "rouge")]
    [InlineData("nli", "accuracy")]
    public void The_number_of_threads_changes_nothing(string task, string metric)
    {
        using var model = EvaluatedModel.Open(Path.Combine(Zoo, "t5-micro"), []);
        var evaluator = new TaskEvaluator(model.Model, model.Tokenizer);
        var (one, four) = (evaluator.Run(Rows(task, 150), Metric.Parse(metric), task), evaluator.Run(Rows(task, 150), Metric.Parse(metric), task, threads: 4));
        Assert.Equal(one.Rows, four.Rows);
        Assert.Equal((one.Value, one.StandardError), (four.Value, four.StandardError));
        Assert.InRange(one.Value, 0.2, 1);
    }

    [Fact]
    public void The_order_of_rows_changes_no_answer()
    {
        using var model = EvaluatedModel.Open(Path.Combine(Zoo, "t5-micro"), []);
        var evaluator = new TaskEvaluator(model.Model, model.Tokenizer);
        var rows = Rows("describe", 40);
        Assert.Equal(evaluator.Predict(rows, "f"), evaluator.Predict([.. rows.Reverse()], "f").Reverse());
    }

    [Fact]
    public void An_adapter_helps_on_its_own_task()
    {
        double Score(params string[] adapters)
        {
            using var model = EvaluatedModel.Open(Path.Combine(Zoo, "t5-micro"), [.. adapters.Select(a => Path.Combine(Zoo, "t5-micro-lora", a))]);
            return new TaskEvaluator(model.Model, model.Tokenizer).Run(Rows("title", 200), Metric.Parse("rouge"), "title").Value;
        }

        Assert.True(Score("title") > Score() + 0.1);
    }

    [Fact]
    public void A_word_that_the_model_does_not_know_is_named_with_its_line()
    {
        using var model = EvaluatedModel.Open(Path.Combine(Zoo, "t5-micro"), []);
        TaskRow[] rows = [new("a", 4, "describe : name : mira , thing : zeppelin", ["x"], null)];
        var problem = Assert.Throws<ProblemException>(() => new TaskEvaluator(model.Model, model.Tokenizer).Predict(rows, "f.jsonl")).Problem;
        Assert.Contains("'zeppelin'", problem.What, StringComparison.Ordinal);
        Assert.Equal(("f.jsonl", 4), (problem.Where!.File, problem.Where.Line));
    }
}
