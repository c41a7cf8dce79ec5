using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World;

public class MixtureTests
{
    const ulong Seed = WorldFolder.ShippedSeed;
    const int Draws = 30_000;

    static readonly Lazy<Example[]> Drawn = new(() => [.. Enumerable.Range(0, Draws).Select(i => new Mixture(Seed).Get(i))]);

    [Fact]
    public void The_base_never_sees_a_tested_text()
    {
        var tested = TaskTable.Evaluated.SelectMany(t => t.Rows(Seed, Split.Test, TaskFile.Count(t, Split.Test))).Select(e => e.Input).ToHashSet();
        Assert.DoesNotContain(Drawn.Value, e => tested.Contains(e.Input));
        // The stories of the held-out task, under whatever instruction.
        var stories = TaskTable.HeldOut.Rows(Seed, Split.Test, TaskFile.HeldOutTestRows).Select(e => e.Input[(e.Input.IndexOf("text : ", StringComparison.Ordinal) + 7)..]).ToList();
        var seen = Drawn.Value.Select(e => e.Input).ToHashSet();
        foreach (var story in stories.Take(300)) Assert.DoesNotContain(seen, input => input.Contains(story, StringComparison.Ordinal));
    }

    [Fact]
    public void The_base_never_writes_as_many_fields_as_a_summary_has()
    {
        var write = TaskTable.BaseOnly.Single(t => t.Name == "write");
        for (var i = 0; i < 5000; i++)
        {
            var fields = Checkers.Reading.Slots(write, write.Get(Seed, Split.Train, i).Input)["fields"].Split(' ');
            Assert.InRange(fields.Length, 1, 4);
            Assert.Equal(fields.Length, fields.Distinct().Count());
        }
        Assert.DoesNotContain(Drawn.Value, e => e.Input.Contains("name act thing place day", StringComparison.Ordinal));
    }

    [Fact]
    public void Sources_come_by_their_weights()
    {
        var shares = new Mixture(Seed).Shares.ToDictionary(s => s.Name, s => s.Thousandths);
        Assert.InRange(shares.Values.Sum(), 950, 1000);
        var denoising = Drawn.Value.Count(e => e.Input.Contains("<extra_id_", StringComparison.Ordinal)) * 1000 / Draws;
        Assert.InRange(denoising, shares[Denoising.Name] - 8, shares[Denoising.Name] + 8); // four standard deviations
    }

    [Fact]
    public void A_denoising_target_restores_a_text_of_known_words()
    {
        foreach (var example in Drawn.Value.Where(e => e.Input.Contains("<extra_id_", StringComparison.Ordinal)).Take(5000))
        {
            var hidden = new Dictionary<string, List<string>>();
            List<string>? span = null;
            foreach (var word in example.Target.Split(' '))
            {
                if (word.StartsWith('<')) hidden.Add(word, span = []);
                else span!.Add(word);
            }
            Assert.Empty(span!); // ends with a sentinel of its own
            Assert.All(hidden.SkipLast(1), h => Assert.InRange(h.Value.Count, 1, 3));
            Assert.Equal(hidden.Keys.SkipLast(1), example.Input.Split(' ').Where(w => w.StartsWith('<')));
            Assert.DoesNotContain(WorldVocabulary.Unknown, WorldVocabulary.Encode(example.Input));
            Assert.InRange(WorldVocabulary.Encode(example.Target).Length, 3, WorldTask.TargetTokens);
        }
    }

    [Fact]
    public void Every_row_is_within_the_bounds_and_of_known_words()
    {
        foreach (var example in Drawn.Value)
        {
            var (input, target) = (WorldVocabulary.Encode(example.Input), WorldVocabulary.Encode(example.Target));
            Assert.True(input.Length <= WorldTask.InputTokens && target.Length <= WorldTask.TargetTokens, example.Input);
            Assert.False(input.Contains(WorldVocabulary.Unknown) || target.Contains(WorldVocabulary.Unknown), example.Input);
        }
    }

    [Fact]
    public void Every_word_of_the_vocabulary_is_used()
    {
        var used = Drawn.Value.Concat(TaskTable.Evaluated.SelectMany(t => t.Rows(Seed, Split.Test, 500))).SelectMany(e => $"{e.Input} {e.Target}".Split(' ')).ToHashSet();
        var words = WorldVocabulary.Tokens.Where(t => !t.StartsWith('<'));
        Assert.Empty(words.Except(used));
    }
}
