namespace MergeLab.Data.World.Tasks;

/// <summary>Questions without a text: the towns' lasting facts, which the base must have learnt by heart.</summary>
static class KnownFacts
{
    /// <summary>Two facts at once. Level: 1 plus the number of towns not named but referred to by another fact.</summary>
    public static Draft? Two(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var indirect = random.Below(2);
        var first = Ask(random, level == 3 || (level == 2 && indirect == 0));
        var second = Ask(random, level == 3 || (level == 2 && indirect == 1));
        return first.Question == second.Question ? null : new Draft(
            [("question", $"what is the {first.Question} and the {second.Question} ?")], [$"{first.Answer} and {second.Answer}", $"{first.Answer} , {second.Answer}"], level);
    }

    /// <summary>One fact: how the base comes to know them.</summary>
    public static Draft? One(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var (question, answer) = Ask(random, level > 1);
        return new Draft([("question", $"what is the {question} ?")], [answer], level);
    }

    static (string Question, string Answer) Ask(CounterRandom random, bool indirect)
    {
        var town = random.Below(Lexicon.Places.Length);
        var by = indirect ? random.Below(Atlas.Naming) : -1;
        var attribute = by < 0 ? random.Below(Atlas.Attributes.Length) : Lexicon.Other(random, Atlas.Attributes.Length, by);
        return ($"{Atlas.Attributes[attribute]} of {Atlas.Refer(town, by)}", Atlas.Fact(town, attribute));
    }
}
