using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>What one person is to another: told directly, or composed of two steps of kinship.</summary>
static class Relations
{
    /// <summary>Pairs of (woman, man).</summary>
    static readonly (string Woman, string Man)[] Names =
        [("mother", "father"), ("sister", "brother"), ("grandmother", "grandfather"), ("aunt", "uncle")];

    const int Parent = 0, Sibling = 1, Grandparent = 2, ParentsSibling = 3;

    /// <summary>
    /// Level 1: told. 2: two steps down one chain (mother of father: grandmother). 3: a step is told from the other end ("is the son of"),
    /// so that the sex follows from the name alone. From level 2 on a relation that leads elsewhere stands beside the chain, on level 3 two.
    /// </summary>
    public static Draft? Explain(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var people = random.Distinct(6, Lexicon.People.Length);
        var (a, b, c) = (people[0], people[1], people[2]);
        List<string> sentences;
        int relation;
        if (level == 1)
        {
            relation = random.Below(Names.Length);
            sentences = [Told(a, relation, c), Told(people[3], random.Below(Names.Length), people[4])];
        }
        else
        {
            var wanted = turn % 2 == 0 ? Grandparent : ParentsSibling;
            relation = random.Percent(70) ? wanted : random.Percent(50) ? Parent : Sibling;
            var (first, second) = relation switch
            {
                Grandparent => (Parent, Parent),
                ParentsSibling => (Sibling, Parent),
                Parent => (Parent, Sibling),
                _ => (Sibling, Sibling),
            };
            var (backFirst, backSecond) = level == 2 ? (false, false) : (first == Parent && random.Percent(60), second == Parent && random.Percent(60));
            sentences = [Link(a, first, b, backFirst), Link(b, second, c, backSecond), Trap(random, knobs, a, people[3], people[4])];
            if (level == 3) sentences.Add(Trap(random, knobs, a, people[5], people[4]));
        }
        random.Shuffle(sentences);
        return new Draft(
            [("text", Noise.Join(random, sentences, knobs.Noise)), ("first", Lexicon.People[a]), ("second", Lexicon.People[c])],
            [Name(a, relation), $"the {Name(a, relation)}"], level);
    }

    /// <summary>A relation that leads to nobody asked about: of the first person with a stranger, or between strangers.</summary>
    static string Trap(CounterRandom random, Knobs knobs, int first, int stranger, int other)
    {
        var relation = random.Percent(50) ? Parent : Sibling;
        if (!random.Percent(knobs.Overlap)) return Told(stranger, relation, other);
        return random.Percent(50) ? Told(first, relation, stranger) : Told(stranger, relation, first);
    }

    static string Name(int person, int relation) => Lexicon.IsWoman(person) ? Names[relation].Woman : Names[relation].Man;

    static string Told(int person, int relation, int of) => $"{Lexicon.People[person]} is the {Name(person, relation)} of {Lexicon.People[of]} .";

    static string Link(int person, int relation, int of, bool back) => back
        ? $"{Lexicon.People[of]} is the {(Lexicon.IsWoman(of) ? "daughter" : "son")} of {Lexicon.People[person]} ."
        : Told(person, relation, of);
}
