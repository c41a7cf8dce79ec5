using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>From a biography to its details, from details to the biography, and from details to the person.</summary>
static class Biographies
{
    const int UnknownPercent = 25;

    /// <summary>Up to three requested details. Level: sentences about the person; from 3 on somebody of the other sex is told of too.</summary>
    public static Draft? Details(CounterRandom random, Knobs knobs, long turn)
    {
        var (biography, text, level) = Told(random, knobs);
        var known = biography.Traits;
        var asked = random.Distinct(Math.Min(known.Count, random.Between(2, 3)), known.Count).Select(i => known[i]).ToList();
        var keys = asked.ConvertAll(t => t.Trait);
        var values = asked.ConvertAll(t => Biography.Value(t.Trait, t.Value));
        if (random.Percent(UnknownPercent))
        {
            var untold = Enumerable.Range(0, Biography.Keys.Length).Select(i => (Trait)i).Where(t => !known.Any(k => k.Trait == t)).ToArray();
            if (untold.Length == 0) return null;
            keys[^1] = random.Pick(untold);
            values[^1] = "unknown";
        }
        var names = keys.ConvertAll(k => Biography.Keys[(int)k]);
        return new Draft(
            [("text", text), ("name", Lexicon.People[biography.Person]), ("keys", string.Join(" , ", names))],
            [string.Join(" , ", names.Zip(values, (k, v) => $"{k} is {v}")), string.Join(" , ", values)], level);
    }

    /// <summary>Which details are told, in the fixed order; the second style is the text's order.</summary>
    public static Draft? KeyContent(CounterRandom random, Knobs knobs, long turn)
    {
        var (biography, text, level) = Told(random, knobs);
        static string Names(IEnumerable<(Trait Trait, int Value)> traits) => string.Join(" , ", traits.Select(t => Biography.Keys[(int)t.Trait]));
        return new Draft([("text", text), ("name", Lexicon.People[biography.Person])], [Names(biography.InOrder), Names(biography.Traits)], level);
    }

    /// <summary>A table in random order to sentences in the fixed order with pronouns; the second style writes notes. Level: traits.</summary>
    public static Draft? Write(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var biography = Biography.Draw(random, random.Below(Lexicon.People.Length), level);
        var name = Lexicon.People[biography.Person];
        return new Draft(
            [("name", name), ("table", Biography.Table(biography.Traits))],
            [
                string.Join(' ', Biography.Sentences(biography.Person, biography.InOrder)),
                $"{name} {string.Join(" , ", biography.InOrder.Select(t => Biography.Note(t.Trait, t.Value)))}",
            ], level);
    }

    /// <summary>Two details that only one of several people has both of; the others have one of them. Level: people.</summary>
    public static Draft? GuessPerson(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var people = random.Distinct(level, Lexicon.People.Length);
        var (job, town) = (random.Below(Lexicon.Jobs.Length), random.Below(Lexicon.Places.Length));
        var sentences = new List<string>();
        for (var i = 0; i < level; i++)
        {
            var sharesJob = i > 0 && random.Percent(50);
            var (j, t) = i == 0 ? (job, town)
                : sharesJob ? (job, Lexicon.Other(random, Lexicon.Places.Length, town))
                : (Lexicon.Other(random, Lexicon.Jobs.Length, job), random.Percent(knobs.Overlap) ? town : random.Below(Lexicon.Places.Length));
            sentences.Add($"{Lexicon.People[people[i]]} is a {Lexicon.Jobs[j]} and lives in {Lexicon.Places[t]} .");
        }
        random.Shuffle(sentences);
        List<string> clues = [$"job : {Lexicon.Jobs[job]}", $"town : {Lexicon.Places[town]}"];
        random.Shuffle(clues);
        return new Draft(
            [("text", Noise.Join(random, sentences, knobs.Noise)), ("clues", string.Join(" , ", clues))], [Lexicon.People[people[0]], $"it is {Lexicon.People[people[0]]}"], level - 1);
    }

    static (Biography Biography, string Text, int Level) Told(CounterRandom random, Knobs knobs)
    {
        var level = knobs.Level.Draw(random);
        var biography = Biography.Draw(random, random.Below(Lexicon.People.Length), level);
        var sentences = Biography.Sentences(biography.Person, biography.Traits);
        if (level >= 3)
        {
            var other = Lexicon.AnyPerson(random, !Lexicon.IsWoman(biography.Person));
            var aside = Biography.Sentences(other, Biography.Draw(random, other, 2).Traits);
            // Between sentences of the main person: from here on only the pronoun tells whom a sentence is about.
            sentences.InsertRange(random.Between(1, sentences.Count), aside);
        }
        return (biography, Noise.Join(random, sentences, knobs.Noise), level);
    }
}
