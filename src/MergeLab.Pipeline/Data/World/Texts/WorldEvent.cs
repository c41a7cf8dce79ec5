namespace MergeLab.Data.World.Texts;

/// <summary>Somebody did, or did not do, something with a thing. Place and day may be left untold.</summary>
public sealed record WorldEvent(int Person, int Act, int Thing, int Place, int Day, bool TellsPlace = true, bool TellsDay = true, bool Denied = false)
{
    public static WorldEvent Draw(CounterRandom random) => new(
        random.Below(Lexicon.People.Length), random.Below(Acts.All.Length), random.Below(Lexicon.Things.Length),
        random.Below(Lexicon.Places.Length), random.Below(Lexicon.Days.Length));

    /// <summary>
    /// Several events, no two alike in person, act and thing. Each field of a later one repeats an earlier one's with
    /// <paramref name="overlap"/> percent.
    /// </summary>
    public static List<WorldEvent> DrawSeveral(CounterRandom random, int count, int overlap)
    {
        var events = new List<WorldEvent>(count);
        while (events.Count < count)
        {
            var e = Draw(random);
            if (events.Count > 0)
            {
                if (random.Percent(overlap)) e = e with { Person = random.Pick(events).Person };
                if (random.Percent(overlap)) e = e with { Act = random.Pick(events).Act };
                if (random.Percent(overlap)) e = e with { Thing = random.Pick(events).Thing };
                if (random.Percent(overlap)) e = e with { Place = random.Pick(events).Place };
                if (random.Percent(overlap)) e = e with { Day = random.Pick(events).Day };
            }
            if (!events.Exists(o => o.Person == e.Person && o.Act == e.Act && o.Thing == e.Thing)) events.Add(e);
        }
        return events;
    }
}
