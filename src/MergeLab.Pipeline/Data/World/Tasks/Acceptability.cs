using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>Is a sentence well formed? The ill-formed ones are well-formed ones with one fault.</summary>
static class Acceptability
{
    static readonly string[] Verdicts = ["good", "bad"];

    static readonly string[] MayBeMissing = ["the", "in", "on", "by", "was", "did"];

    /// <summary>Level: kind of fault, 0 for none. 1: two words exchanged or one said twice; 2: a small word missing, or a wrong verb form or
    /// preposition; 3: a place or day told at both ends of the sentence; 4: an interjection, as one speaks and does not write. The second
    /// style lets 3 and 4 pass.</summary>
    public static Draft? Judge(CounterRandom random, Knobs knobs, long turn)
    {
        var good = turn % 2 == 0;
        var level = good ? 0 : knobs.Level.Draw(random);
        var e = WorldEvent.Draw(random) with { TellsDay = random.Percent(60), TellsPlace = random.Percent(60), Denied = random.Percent(knobs.Negation) };
        var synonym = random.Percent(knobs.Synonyms);
        List<string> words = [.. Tell.Clause(e, Tell.AnyForm(random), synonym).Split(' ')];
        if (!good && !Spoil(random, words, level, Acts.All[e.Act], synonym)) return null;
        return new Draft([("text", string.Join(' ', words) + " .")], [good ? "good" : "bad", good || level >= 3 ? "good" : "bad"], level, Verdicts);
    }

    static bool Spoil(CounterRandom random, List<string> words, int level, Act act, bool synonym)
    {
        switch (level)
        {
            case 1 when random.Percent(50):
                var twice = random.Below(words.Count);
                words.Insert(twice, words[twice]);
                return true;
            case 1:
                var i = random.Below(words.Count - 1);
                (words[i], words[i + 1]) = (words[i + 1], words[i]);
                return true;
            case 2:
                return random.Below(3) switch
                {
                    0 => WrongForm(words, act, synonym),
                    1 => WrongPreposition(random, words),
                    _ => Missing(random, words),
                };
            case 3:
                return SaidTwice(random, words);
            default:
                words.InsertRange(0, random.Pick(Noise.Interjections).Split(' '));
                return true;
        }
    }

    static bool Missing(CounterRandom random, List<string> words)
    {
        var places = Enumerable.Range(0, words.Count).Where(p => MayBeMissing.Contains(words[p])).ToArray();
        words.RemoveAt(random.Pick(places));
        return true;
    }

    /// <summary>"on monday mira sold the bell on friday": each half is in order.</summary>
    static bool SaidTwice(CounterRandom random, List<string> words)
    {
        if (words[0] is not ("in" or "on")) return false;
        words.AddRange(words[0] == "in" ? ["in", random.Pick(Lexicon.Places)] : ["on", random.Pick(Lexicon.Days)]);
        return true;
    }

    /// <summary>"did not bought", "mira buy the bell", "was buy by".</summary>
    static bool WrongForm(List<string> words, Act act, bool synonym)
    {
        var denied = words.IndexOf("did") >= 0;
        var now = denied ? act.BaseOf(synonym) : words.Contains("was") ? act.ParticipleOf(synonym) : act.PastOf(synonym);
        words[words.IndexOf(now)] = denied ? act.PastOf(synonym) : act.BaseOf(synonym);
        return true;
    }

    /// <summary>"on ostra", "in monday".</summary>
    static bool WrongPreposition(CounterRandom random, List<string> words)
    {
        var places = Enumerable.Range(0, words.Count).Where(p => words[p] is "in" or "on").ToArray();
        if (places.Length == 0) return false;
        var at = random.Pick(places);
        words[at] = words[at] == "in" ? "on" : "in";
        return true;
    }
}
