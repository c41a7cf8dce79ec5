using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>
/// A main event told in pieces (who she is, what she did, where and when it happened) among side events told in a sentence each. The
/// main person is the one whose job is told. The base learns to write any few of the fields in any order; to write the five that make
/// a summary is held out.
/// </summary>
static class Scenes
{
    static readonly string[] Fields = ["name", "job", "act", "thing", "place", "day"];

    const int SummaryFields = 5;

    /// <summary>Some fields, in random order, for the base's training. Level: fields asked for (fewer than a summary has).</summary>
    public static Draft? Write(CounterRandom random, Knobs knobs, long turn)
    {
        var count = knobs.Level.Draw(random);
        if (count >= SummaryFields) throw new InvalidOperationException("a base trained on so many fields would have seen the held-out task");
        var fields = random.Distinct(count, Fields.Length).Select(i => Fields[i]).ToArray();
        return Draw(random, knobs, random.Below(3), fields, count);
    }

    /// <summary>One sentence: who did what to which thing, where and when. Level: 1 plus side events.</summary>
    public static Draft? Summary(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        return Draw(random, knobs, level - 1, ["name", "act", "thing", "place", "day"], level);
    }

    static Draft? Draw(CounterRandom random, Knobs knobs, int sideEvents, string[] fields, int level)
    {
        var events = WorldEvent.DrawSeveral(random, 1 + sideEvents, knobs.Overlap);
        var main = events[0];
        if (events.Skip(1).Any(e => e.Person == main.Person)) return null;
        var job = random.Below(Lexicon.Jobs.Length);
        var pieces = Pieces(random, main, job);
        for (var i = 1; i < events.Count; i++)
        {
            var tellsPlace = random.Percent(60);
            var side = Tell.Sentence(events[i] with { TellsPlace = tellsPlace, TellsDay = !tellsPlace }, Tell.AnyForm(random));
            // Before or after the main event, never inside it: "it" is always what was told last.
            if (random.Percent(50)) pieces.Insert(0, side);
            else pieces.Add(side);
        }
        var text = Noise.Join(random, pieces, 0);
        return new Draft([("fields", string.Join(' ', fields)), ("text", text)], [string.Join(' ', fields.Select(f => Value(f, main, job)))], level);
    }

    static List<string> Pieces(CounterRandom random, WorldEvent main, int job)
    {
        var name = Lexicon.People[main.Person];
        var (apart, placeInside, dayInside) = (random.Percent(50), random.Percent(50), random.Percent(50));
        var e = main with { TellsPlace = placeInside, TellsDay = dayInside };
        var form = Tell.AnyForm(random);
        var subject = form == Form.Passive || random.Percent(50) ? name : Lexicon.She(main.Person);
        List<string> pieces = apart
            ? [$"{name} is a {Lexicon.Jobs[job]} .", Tell.Sentence(e, form, subject: subject)]
            : [Tell.Sentence(e, form, subject: $"{name} the {Lexicon.Jobs[job]}")];
        if (!placeInside && !dayInside && random.Percent(50))
        {
            pieces.Add($"it happened in {Lexicon.Places[main.Place]} on {Lexicon.Days[main.Day]} .");
            return pieces;
        }
        if (!placeInside) pieces.Add($"it happened in {Lexicon.Places[main.Place]} .");
        if (!dayInside) pieces.Add($"it was on {Lexicon.Days[main.Day]} .");
        return pieces;
    }

    static string Value(string field, WorldEvent e, int job) => field switch
    {
        "name" => Lexicon.People[e.Person],
        "job" => "the " + Lexicon.Jobs[job],
        "act" => Acts.All[e.Act].Past,
        "thing" => "the " + Lexicon.Things[e.Thing],
        "place" => "in " + Lexicon.Places[e.Place],
        _ => "on " + Lexicon.Days[e.Day],
    };
}
