using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>Where somebody's sister lives, among relatives of others and other relatives who live elsewhere.</summary>
static class TwoHop
{
    /// <summary>Level 1: asked by name, and nobody else's home or job is told; 2: by a relation; 3: by a relation of a relation.</summary>
    public static Draft? Answer(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var asker = random.Below(Lexicon.People.Length);
        var (first, second) = (random.Below(Lexicon.Acquaintances.Length), random.Below(Lexicon.Acquaintances.Length));
        var a = Relative(random, first, asker);
        var b = Relative(random, second, asker, a);
        // The trap: another relative of the one asked about, or the same relation of somebody else.
        var somebody = random.Percent(knobs.Overlap) ? asker : Lexicon.AnyPerson(random, random.Percent(50), asker, a, b);
        var relation = somebody == asker ? Lexicon.Other(random, Lexicon.Acquaintances.Length, first) : first;
        var trap = Relative(random, relation, asker, a, b, somebody);

        List<string> sentences = [Related(random, a, first, asker), Related(random, trap, relation, somebody)];
        if (level == 3) sentences.Add(Related(random, b, second, a));
        var meant = level == 3 ? b : a;
        var job = random.Percent(50);
        var places = random.Distinct(3, job ? Lexicon.Jobs.Length : Lexicon.Places.Length);
        sentences.Add(Fact(meant, job, places[0]));
        if (level > 1) sentences.Add(Fact(trap, job, places[1]));
        if (level == 3) sentences.Add(Fact(a, job, places[2]));
        random.Shuffle(sentences);
        var who = level switch
        {
            1 => Lexicon.People[a],
            2 => $"the {Lexicon.Acquaintances[first]} of {Lexicon.People[asker]}",
            _ => $"the {Lexicon.Acquaintances[second]} of the {Lexicon.Acquaintances[first]} of {Lexicon.People[asker]}",
        };
        return new Draft(
            [("text", Noise.Join(random, sentences, knobs.Noise)), ("question", job ? $"what is the job of {who} ?" : $"where does {who} live ?")],
            job ? [Lexicon.Jobs[places[0]], $"a {Lexicon.Jobs[places[0]]}"] : [Lexicon.Places[places[0]], $"in {Lexicon.Places[places[0]]}"], level);
    }

    /// <summary>Sisters are women, brothers men, the others either.</summary>
    static int Relative(CounterRandom random, int relation, params ReadOnlySpan<int> except) => Lexicon.AnyPerson(random, relation switch
    {
        0 => true,
        1 => false,
        _ => random.Percent(50),
    }, except);

    static string Related(CounterRandom random, int relative, int relation, int person)
    {
        var role = $"the {Lexicon.Acquaintances[relation]} of {Lexicon.People[person]}";
        return random.Percent(50) ? $"{Lexicon.People[relative]} is {role} ." : $"{role} is {Lexicon.People[relative]} .";
    }

    static string Fact(int person, bool job, int value) => job
        ? $"{Lexicon.People[person]} is a {Lexicon.Jobs[value]} ."
        : $"{Lexicon.People[person]} lives in {Lexicon.Places[value]} .";
}
