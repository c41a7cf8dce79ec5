using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>
/// Natural language inference. The rule: an event of the same person, act and thing that is told and not denied makes the claim true
/// if the places agree and false if they do not; a denied one makes it false; with none, or where the claim gives a day that is untold,
/// the story leaves it open.
/// The second style takes for false what is not told.
/// </summary>
static class Inference
{
    static readonly string[] Answers = ["yes", "maybe", "no"];

    const int TrapPercent = 60;
    const int UntoldDayPercent = 50;

    /// <summary>Level: events in the story.</summary>
    public static Draft? Claim(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var label = (int)(turn % Answers.Length);
        var events = WorldEvent.DrawSeveral(random, level, knobs.Overlap);
        var about = random.Below(level);
        for (var i = 0; i < level; i++)
            events[i] = events[i] with { TellsDay = random.Percent(40), Denied = random.Percent(knobs.Negation) };
        var denied = label == 2 && random.Percent(50);
        events[about] = events[about] with { Denied = denied };
        var claim = events[about] with { TellsDay = false, Denied = false };
        switch (label)
        {
            case 1 when random.Percent(UntoldDayPercent):
                events[about] = events[about] with { TellsDay = false };
                claim = claim with { TellsDay = true };
                break;
            case 1:
                claim = random.Below(3) switch
                {
                    0 => claim with { Person = Wrong(e => e.Person, Lexicon.People.Length) },
                    1 => claim with { Thing = Wrong(e => e.Thing, Lexicon.Things.Length) },
                    _ => claim with { Act = Wrong(e => e.Act, Acts.All.Length) },
                };
                if (events.Exists(e => Same(e, claim))) return null;
                break;
            case 2 when !denied:
                claim = claim with { Place = Wrong(e => e.Place, Lexicon.Places.Length) };
                break;
        }
        var synonym = random.Percent(knobs.Synonyms);
        return new Draft([("text", Tell.Story(random, events, knobs)), ("claim", Tell.Sentence(claim, synonym: synonym))], [Answers[label], Answers[label == 0 ? 0 : 2]], level, Answers);

        // Another event's value where that is a trap, so that a word's mere presence in the story decides nothing.
        int Wrong(Func<WorldEvent, int> field, int limit)
        {
            var own = field(events[about]);
            var others = events.Select(field).Where(v => v != own).ToArray();
            return others.Length > 0 && random.Percent(TrapPercent) ? random.Pick(others) : Lexicon.Other(random, limit, own);
        }
    }

    static bool Same(WorldEvent a, WorldEvent b) => a.Person == b.Person && a.Act == b.Act && a.Thing == b.Thing;
}
