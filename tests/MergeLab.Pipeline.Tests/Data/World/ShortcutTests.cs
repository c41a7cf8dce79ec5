using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World;

/// <summary>A task that a list of words decides would be no task: naive Bayes over the set of an input's words, 6,000 training rows.</summary>
public class ShortcutTests
{
    const ulong Seed = WorldFolder.ShippedSeed;
    const int TrainingRows = 6_000;

    /// <summary>Tasks whose answer is one of few; the others would need more rows than there are answers.</summary>
    public static TheoryData<string> Tasks =>
    [
        .. TaskTable.All.Where(t => t.Rows(Seed, Split.Test, 500).Select(e => e.Target).Distinct().Count() <= 80).Select(t => t.Name),
    ];

    [Theory, MemberData(nameof(Tasks))]
    public void Which_words_occur_does_not_give_the_answer_away(string name)
    {
        var task = TaskTable.Get(name);
        var answers = new Dictionary<string, int>();
        var seen = new Dictionary<(string Answer, string Word), int>();
        for (var i = 0; i < TrainingRows; i++)
        {
            var example = task.Get(Seed, Split.Train, i);
            answers[example.Target] = answers.GetValueOrDefault(example.Target) + 1;
            foreach (var word in example.Input.Split(' ').Distinct()) seen[(example.Target, word)] = seen.GetValueOrDefault((example.Target, word)) + 1;
        }
        Example[] test = [.. task.Rows(Seed, Split.Test, 500)];
        var right = test.Count(e => e.Target == answers.Keys.MaxBy(a => Score(a, e.Input.Split(' ').Distinct())));
        Assert.InRange(right / (double)test.Length, 0, 0.66);

        double Score(string answer, IEnumerable<string> words) =>
            Math.Log(answers[answer]) + words.Sum(w => Math.Log((seen.GetValueOrDefault((answer, w)) + 0.5) / (answers[answer] + 1.0)));
    }
}
