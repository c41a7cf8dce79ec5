using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>A title names the person and the thing that the story brings together twice.</summary>
static class Titles
{
    /// <summary>Level 1: one other event; 2: two others; 3: three, among them the hero with another thing and the thing with another person.</summary>
    public static Draft? Title(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var main = WorldEvent.Draw(random);
        var events = new List<WorldEvent> { main, WorldEvent.Draw(random) with { Person = main.Person, Thing = main.Thing } };
        for (var i = 0; i < level; i++)
        {
            var other = WorldEvent.Draw(random);
            if (level == 3 && i == 0) other = other with { Person = main.Person };
            if (level == 3 && i == 1) other = other with { Thing = main.Thing };
            if (events.Exists(e => e.Person == other.Person && e.Thing == other.Thing)) return null;
            events.Add(other);
        }
        for (var i = 0; i < events.Count; i++)
        {
            var tellsPlace = random.Percent(50);
            events[i] = events[i] with { TellsPlace = tellsPlace, TellsDay = !tellsPlace && random.Percent(60) };
        }
        random.Shuffle(events);
        var (person, thing) = (Lexicon.People[main.Person], Lexicon.Things[main.Thing]);
        return new Draft([("text", Tell.Story(random, events, knobs))], [$"{person} and the {thing}", $"the {thing} of {person}"], level);
    }
}
