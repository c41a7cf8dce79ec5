using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>What a text, or a question alone, is about: the kind of its things.</summary>
static class Topics
{
    /// <summary>
    /// The kind that most of one person's things belong to, among other people's things. Level: things of the person's runner-up kind;
    /// the topic has one more. Half of the other person's things are of the runner-up kind, so that counting over the whole text misleads.
    /// The second style takes every text with an animal in it for one about animals.
    /// </summary>
    public static Draft? OfText(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var topic = (int)(turn % Lexicon.Kinds.Length);
        var trap = Lexicon.Other(random, Lexicon.Kinds.Length, topic);
        var (own, others) = (new List<int>(Take(random, topic, level + 1)), new List<int>());
        own.AddRange(Take(random, trap, level));
        for (var more = random.Between(2, 4); more > 0; more--)
        {
            var thing = random.Percent(50) ? Take(random, trap, 1)[0] : random.Below(Lexicon.Things.Length);
            if (!own.Contains(thing) && !others.Contains(thing)) others.Add(thing);
        }
        if (others.Count == 0) return null;
        random.Shuffle(own);
        random.Shuffle(others);
        var people = random.Distinct(2, Lexicon.People.Length);
        List<string> sentences = [.. Lists(random, people[0], own), .. Lists(random, people[1], others)];
        random.Shuffle(sentences);
        var salient = own.Concat(others).Any(t => Lexicon.KindOf(t) == Lexicon.Animals) ? Lexicon.Animals : topic;
        return new Draft(
            [("text", Noise.Join(random, sentences, knobs.Noise)), ("name", Lexicon.People[people[0]])], [Lexicon.Kinds[topic], Lexicon.Kinds[salient]], level, Lexicon.Kinds);
    }

    /// <summary>
    /// The kind of the things the question's main clause is about. Level 1: one thing, and one in another clause. 2: three things, two of
    /// a kind, and the odd one's kind often stands in the other clause. 3: a town's product, known by heart.
    /// The second style is the kind of whatever is named first.
    /// </summary>
    public static Draft? OfQuestion(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var topic = (int)(turn % Lexicon.Kinds.Length);
        var trap = Take(random, Lexicon.Other(random, Lexicon.Kinds.Length, topic), 3);
        string things, others;
        if (level == 2)
        {
            var main = new List<int>(Take(random, topic, 2)) { trap[0] };
            random.Shuffle(main);
            var aside = random.Percent(50) ? trap[1..random.Between(2, 3)] : Take(random, random.Below(Lexicon.Kinds.Length), random.Between(1, 2)).Except(main).ToArray();
            if (aside.Length == 0) return null;
            (things, others) = (Tell.List(main), Tell.List(aside));
        }
        else
        {
            others = Tell.List(trap[..1]);
            if (level == 1) things = Tell.List(Take(random, topic, 1));
            else if (Product(random, topic) is { } product) things = product;
            else return null;
        }
        var question = Ask(random, things, others);
        return new Draft([("question", question)], [Lexicon.Kinds[topic], Lexicon.Kinds[FirstNamed(question, topic)]], level, Lexicon.Kinds);
    }

    static string Ask(CounterRandom random, string things, string others)
    {
        var (act, other) = (random.Pick(Acts.All), random.Pick(Acts.All));
        var (person, somebody) = (random.Pick(Lexicon.People), random.Pick(Lexicon.People));
        return random.Below(6) switch
        {
            0 => $"who {act.Past} {things} near {others} ?",
            1 => $"near {others} , who {act.Past} {things} ?",
            2 => $"when {somebody} {other.Past} {others} , who {act.Past} {things} ?",
            3 => $"who {act.Past} {things} after {somebody} {other.Past} {others} ?",
            4 => $"where did {person} {act.Base} {things} after {somebody} {other.Past} {others} ?",
            _ => $"after {somebody} {other.Past} {others} , where did {person} {act.Base} {things} ?",
        };
    }

    /// <summary>The product of some town that is of the kind, the town named or referred to.</summary>
    static string? Product(CounterRandom random, int kind)
    {
        var towns = Enumerable.Range(0, Lexicon.Places.Length).Where(t => Lexicon.KindOf(Atlas.Product(t)) == kind).ToArray();
        // By nothing (its name), its mayor or its guild.
        return towns.Length == 0 ? null : $"the {Atlas.Attributes[1]} of {Atlas.Refer(random.Pick(towns), random.Below(3) switch { 0 => -1, 1 => 0, _ => 2 })}";
    }

    static IEnumerable<string> Lists(CounterRandom random, int person, List<int> things)
    {
        for (var from = 0; from < things.Count;)
        {
            var take = Math.Min(random.Between(1, 3), things.Count - from);
            yield return $"{Lexicon.People[person]} {random.Pick(Acts.All).Past} {Tell.List(things.GetRange(from, take))} .";
            from += take;
        }
    }

    /// <summary>A product counts as what it is.</summary>
    static int FirstNamed(string question, int product)
    {
        foreach (var word in question.Split(' '))
        {
            if (word == Atlas.Attributes[1]) return product;
            if (Array.IndexOf(Lexicon.Things, word) is >= 0 and var thing) return Lexicon.KindOf(thing);
        }
        return product;
    }

    static int[] Take(CounterRandom random, int kind, int count) =>
        [.. random.Distinct(count, Lexicon.ThingsPerKind).Select(i => kind * Lexicon.ThingsPerKind + i)];
}
