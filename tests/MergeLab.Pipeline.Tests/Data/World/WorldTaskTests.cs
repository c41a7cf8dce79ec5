using MergeLab.Core.Errors;
using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World;

public class WorldTaskTests
{
    const ulong Seed = WorldFolder.ShippedSeed;

    public static TheoryData<string> Tasks => [.. TaskTable.Evaluated.Select(t => t.Name)];

    public static TheoryData<string> Decisions => [.. TaskTable.All.Where(t => t.Get(Seed, Split.Test, 0).Choices is not null).Select(t => t.Name)];

    [Fact]
    public void There_are_twenty_one_tasks_and_one_held_out()
    {
        Assert.Equal(21, TaskTable.All.Length);
        Assert.Equal(Enumerable.Range(1, 21), TaskTable.All.Select(t => int.Parse(t.Mirrors.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(0, TaskTable.HeldOut.BaseWeight);
        Assert.Equal(22, TaskTable.Evaluated.Select(t => t.Name).Distinct().Count());
    }

    [Theory, MemberData(nameof(Tasks))]
    public void A_row_depends_on_nothing_but_its_address(string name)
    {
        var task = TaskTable.Get(name);
        var forward = Enumerable.Range(0, 50).Select(i => task.Get(Seed, Split.Train, i).Input).ToArray();
        var backward = Enumerable.Range(0, 50).Reverse().Select(i => task.Get(Seed, Split.Train, i).Input).Reverse().ToArray();
        Assert.Equal(forward, backward);
        Assert.NotEqual(forward, Enumerable.Range(0, 50).Select(i => task.Get(Seed + 1, Split.Train, i).Input));
    }

    [Theory, MemberData(nameof(Tasks))]
    public void No_tested_input_is_trained_on(string name)
    {
        var task = TaskTable.Get(name);
        var test = task.Rows(Seed, Split.Test, TaskFile.Count(task, Split.Test)).Select(e => e.Input).ToHashSet();
        var validation = task.Rows(Seed, Split.Validation, TaskFile.ValidationRows).Select(e => e.Input).ToHashSet();
        Assert.False(test.Overlaps(validation));
        for (var i = 0; i < 5_000; i++)
        {
            var input = task.Get(Seed, Split.Train, i).Input;
            Assert.False(test.Contains(input) || validation.Contains(input), input);
        }
    }

    [Theory, MemberData(nameof(Tasks))]
    public void Every_word_is_known_and_no_row_is_too_long(string name)
    {
        var task = TaskTable.Get(name);
        foreach (var split in Enum.GetValues<Split>())
            for (var i = 0; i < 500; i++)
            {
                var example = task.Get(Seed, split, i);
                Check(example.Input, WorldTask.InputTokens);
                Check(example.Target, WorldTask.TargetTokens);
            }

        static void Check(string text, int most)
        {
            var ids = WorldVocabulary.Encode(text);
            Assert.DoesNotContain(WorldVocabulary.Unknown, ids);
            Assert.InRange(ids.Length, 2, most);
            Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
            Assert.DoesNotContain('{', text);
        }
    }

    [Theory, MemberData(nameof(Decisions))]
    public void Labels_are_balanced_and_name_the_target(string name)
    {
        var task = TaskTable.Get(name);
        foreach (var split in new[] { Split.Test, Split.Validation })
        {
            Example[] rows = [.. task.Rows(Seed, split, TaskFile.Count(task, split))];
            Assert.All(rows, r => Assert.Equal(r.Target, r.Choices![r.Label]));
            var fair = rows.Length / rows[0].Choices!.Count;
            foreach (var label in Enumerable.Range(0, rows[0].Choices!.Count)) Assert.InRange(rows.Count(r => r.Label == label), fair - 3, fair + 3);
        }
    }

    [Theory, MemberData(nameof(Tasks))]
    public void No_constant_answer_scores_more_than_chance_among_the_choices(string name)
    {
        var task = TaskTable.Get(name);
        Example[] rows = [.. task.Rows(Seed, Split.Test, TaskFile.Count(task, Split.Test))];
        var most = rows.CountBy(r => r.Target).Max(c => c.Value);
        var bound = rows[0].Choices is { } choices ? 1.0 / choices.Count + 0.01 : 0.25;
        Assert.InRange((double)most / rows.Length, 0, bound);
    }

    [Theory, MemberData(nameof(Tasks))]
    public void Every_level_of_the_knob_occurs(string name)
    {
        var task = TaskTable.Get(name);
        var levels = task.Rows(Seed, Split.Test, 500).Select(r => r.Level).Where(l => l > 0).Distinct().Order();
        var declared = task.Knobs.Level.ToString().Split(' ').Select(p => p[0] - '0').Order().ToList();
        // People are counted in the knob of guess-person, distractors in its level.
        if (name == "guess-person") declared = declared.ConvertAll(l => l - 1);
        Assert.Equal(declared, levels);
    }

    [Fact]
    public void An_unknown_task_is_refused_with_a_suggestion()
    {
        var refused = Assert.Throws<ProblemException>(() => TaskTable.Get("tilte"));
        Assert.Contains("'title'", refused.Problem.Remedy, StringComparison.Ordinal);
    }
}
