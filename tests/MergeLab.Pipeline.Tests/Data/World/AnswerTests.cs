using MergeLab.Data.World;
using MergeLab.Pipeline.Tests.Data.World.Checkers;

namespace MergeLab.Pipeline.Tests.Data.World;

/// <summary>Every target is worked out a second time, from the input's words alone, by code that shares nothing with the generator.</summary>
public class AnswerTests
{
    static readonly Dictionary<string, Func<IReadOnlyDictionary<string, string>, string>> Checkers = new()
    {
        ["topic"] = Knowledge.Topic,
        ["question-topic"] = Knowledge.QuestionTopic,
        ["nli"] = Stories.Claim,
        ["closed-questions"] = Knowledge.TwoFacts,
        ["story-questions"] = Stories.Answer,
        ["two-hop-questions"] = Lives.TwoHop,
        ["is-true"] = Stories.IsTrue,
        ["describe"] = Lives.Describe,
        ["explain-relation"] = Lives.Relation,
        ["title"] = Stories.Title,
        ["paraphrase"] = Stories.Paraphrase,
        ["acceptability"] = Stories.Acceptable,
        ["bio-comprehension"] = Lives.Details,
        ["bio-keys"] = Lives.Keys,
        ["guess-person"] = Lives.Guess,
        ["bio"] = Lives.Biography,
        ["found-text"] = Stories.FoundText,
        ["triples"] = Lives.Triples,
        ["extract-paraphrased"] = Stories.Extract,
        ["extract"] = Stories.Extract,
        ["last-step"] = Stories.LastStep,
        ["story-summary"] = Stories.Write,
    };

    public static TheoryData<string> Tasks => [.. TaskTable.Evaluated.Select(t => t.Name)];

    [Theory, MemberData(nameof(Tasks))]
    public void Every_answer_is_right_and_the_only_one(string name)
    {
        var task = TaskTable.Get(name);
        foreach (var split in new[] { Split.Train, Split.Test })
            foreach (var example in task.Rows(WorldFolder.ShippedSeed, split, TaskFile.Count(task, Split.Test)))
                Assert.Equal((example.Input, example.Target), (example.Input, Checkers[name](Reading.Slots(task, example.Input))));
    }

    [Fact]
    public void Every_part_the_base_writes_is_right()
    {
        var write = TaskTable.BaseOnly.Single(t => t.Name == "write");
        for (var i = 0; i < 3000; i++)
        {
            var example = write.Get(WorldFolder.ShippedSeed, Split.Train, i);
            Assert.Equal((example.Input, example.Target), (example.Input, Stories.Write(Reading.Slots(write, example.Input))));
        }
    }
}
