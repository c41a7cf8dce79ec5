using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>
/// A thing goes from hand to hand; in the end whoever has it uses it as one uses things of its kind: food is eaten, an instrument played.
/// </summary>
static class Processes
{
    /// <summary>Acts after which one has the thing.</summary>
    static readonly Act[] Acquiring = [.. Acts.All.Where(a => a.Base is "buy" or "find" or "choose")];

    /// <summary>Level: 1 plus the number of times the thing changes hands. From level 2 on a second thing goes its own way between.</summary>
    public static Draft? LastStep(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var things = random.Distinct(2, Lexicon.Things.Length);
        var people = random.Distinct(6, Lexicon.People.Length);
        var (main, owner) = Chain(random, things[0], people[..3], level - 1);
        var steps = level == 1 ? main : Interleave(random, main, Chain(random, things[1], people[3..], random.Below(2)).Steps);
        var (who, thing, use) = (Lexicon.People[owner], Lexicon.Things[things[0]], Lexicon.Uses[Lexicon.KindOf(things[0])]);
        return new Draft(
            [("text", Noise.Join(random, steps, knobs.Noise)), ("thing", thing)],
            [$"{who} {use} the {thing}", $"the {thing} was {Participle(use)} by {who}"], level);
    }

    static (List<string> Steps, int Owner) Chain(CounterRandom random, int thing, int[] people, int transfers)
    {
        var (name, owner) = (Lexicon.Things[thing], 0);
        List<string> steps = [$"{Lexicon.People[people[0]]} {random.Pick(Acquiring).Past} the {name} ."];
        for (; owner < transfers; owner++)
        {
            var (from, to) = (Lexicon.People[people[owner]], Lexicon.People[people[owner + 1]]);
            steps.Add(random.Below(3) switch
            {
                0 => $"{from} gave the {name} to {to} .",
                1 => $"{to} took the {name} from {from} .",
                _ => $"{to} got the {name} from {from} .",
            });
        }
        return (steps, people[owner]);
    }

    static List<string> Interleave(CounterRandom random, List<string> a, List<string> b)
    {
        var merged = new List<string>();
        var (i, j) = (0, 0);
        while (i < a.Count || j < b.Count)
            merged.Add(j == b.Count || (i < a.Count && random.Below(a.Count - i + b.Count - j) < a.Count - i) ? a[i++] : b[j++]);
        return merged;
    }

    static string Participle(string use) => use switch
    {
        "ate" => "eaten",
        "wore" => "worn",
        _ => use,
    };
}
