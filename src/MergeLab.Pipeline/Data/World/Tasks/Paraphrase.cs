using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>Do two sentences say the same? Word order, voice and synonyms may differ; a changed field or a denial makes them different.</summary>
static class Paraphrase
{
    static readonly string[] YesNo = ["yes", "no"];

    /// <summary>Level: what is changed in an unequal pair. 1: denial or person; 2: thing or act; 3: place or day; 4: one tells
    /// both place and day, the other only one of them. Equal pairs bear 0. The second style minds neither place nor day.</summary>
    public static Draft? Same(CounterRandom random, Knobs knobs, long turn)
    {
        var same = turn % 2 == 0;
        var tellsPlace = random.Percent(60);
        var first = WorldEvent.Draw(random) with { TellsPlace = tellsPlace, TellsDay = !tellsPlace, Denied = random.Percent(knobs.Negation) };
        var level = same ? 0 : knobs.Level.Draw(random);
        var second = first;
        if (!same)
        {
            second = (level, random.Below(2)) switch
            {
                (1, 0) => first with { Denied = !first.Denied },
                (1, _) => first with { Person = Lexicon.Other(random, Lexicon.People.Length, first.Person) },
                (2, 0) => first with { Thing = Lexicon.Other(random, Lexicon.Things.Length, first.Thing) },
                (2, _) => first with { Act = Lexicon.Other(random, Acts.All.Length, first.Act) },
                (4, _) => first with { TellsPlace = true, TellsDay = true },
                _ when tellsPlace => first with { Place = Lexicon.Other(random, Lexicon.Places.Length, first.Place) },
                _ => first with { Day = Lexicon.Other(random, Lexicon.Days.Length, first.Day) },
            };
        }
        var (a, b) = (Tell.AnyForm(random), Tell.AnyForm(random));
        var synonym = random.Percent(knobs.Synonyms);
        if (random.Percent(50)) (first, second) = (second, first);
        var (one, two) = (Tell.Sentence(first, a), Tell.Sentence(second, b, synonym));
        return one == two ? null : new Draft([("first", one), ("second", two)], [same ? "yes" : "no", same || level >= 3 ? "yes" : "no"], level, YesNo);
    }
}
