using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>Who, what, where, when and how many, over a story in which other events share words with the right one.</summary>
static class StoryQuestions
{
    const int CountingPercent = 20;

    /// <summary>The bare word; the second style has its article or preposition. Level: events in the story.</summary>
    public static Draft? Answer(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        if (random.Percent(CountingPercent)) return Count(random, knobs, level);
        if (Quiz.Draw(random, level, knobs) is not { } quiz) return null;
        return new Draft(
            [("text", Tell.Story(random, quiz.Events, knobs)), ("question", quiz.Question.Text(random.Percent(knobs.Synonyms)))],
            [quiz.Question.Answer(quiz.Right), quiz.Question.Span(quiz.Right)], level);
    }

    /// <summary>The answer as it stands in the text, with its article or preposition; the second style is the bare word.</summary>
    public static Draft? Extract(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        if (Quiz.Draw(random, level, knobs) is not { } quiz) return null;
        return new Draft(
            [("text", Tell.Story(random, quiz.Events, knobs)), ("question", quiz.Question.Text(random.Percent(knobs.Synonyms)))],
            [quiz.Question.Span(quiz.Right), quiz.Question.Answer(quiz.Right)], level);
    }

    /// <summary>Things of one person and act, listed in up to <paramref name="level"/> sentences.</summary>
    static Draft? Count(CounterRandom random, Knobs knobs, int level)
    {
        var (person, act) = (random.Below(Lexicon.People.Length), random.Below(Acts.All.Length));
        var things = random.Distinct(Math.Max(level, 2) * 3, Lexicon.Things.Length);
        var sentences = new List<string>();
        var (used, count) = (0, 0);
        for (var i = 0; i < Math.Max(level, 2); i++)
        {
            // The first sentence is the one asked for; a later one repeats its person or its act, or sometimes both.
            var who = i == 0 || random.Percent(knobs.Overlap) ? person : random.Below(Lexicon.People.Length);
            var did = i == 0 || random.Percent(knobs.Overlap) ? act : random.Below(Acts.All.Length);
            var take = random.Between(1, 3);
            if (who == person && did == act) count += take;
            sentences.Add($"{Lexicon.People[who]} {Acts.All[did].Past} {Tell.List(things[used..(used + take)])} .");
            used += take;
        }
        if (count > Lexicon.Numbers.Length) return null;
        random.Shuffle(sentences);
        return new Draft(
            [("text", Noise.Join(random, sentences, knobs.Noise)), ("question", $"how many things did {Lexicon.People[person]} {Acts.All[act].Base} ?")],
            [Lexicon.Numbers[count - 1], $"{Lexicon.Numbers[count - 1]} {(count == 1 ? "thing" : "things")}"], level);
    }
}
