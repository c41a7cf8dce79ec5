using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>Tables and triples to sentences.</summary>
static class DataToText
{
    const int DeniedPercent = 30;
    const int JobPercent = 40;

    /// <summary>An event's fields in random order, the verb in its base form. Level: 1 plus the optional fields (place, day) given. The second
    /// style does not begin with the person where it can.</summary>
    public static Draft? Describe(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var place = level == 3 || (level == 2 && random.Percent(50));
        var e = WorldEvent.Draw(random) with { TellsPlace = place, TellsDay = level == 3 || (level == 2 && !place), Denied = random.Percent(DeniedPercent) };
        List<string> fields = [$"name : {Lexicon.People[e.Person]}", $"act : {(e.Denied ? "not " : "")}{Acts.All[e.Act].Base}", $"thing : {Lexicon.Things[e.Thing]}"];
        if (e.TellsPlace) fields.Add($"place : {Lexicon.Places[e.Place]}");
        if (e.TellsDay) fields.Add($"day : {Lexicon.Days[e.Day]}");
        var subject = Lexicon.People[e.Person];
        if (random.Percent(JobPercent))
        {
            var job = random.Pick(Lexicon.Jobs);
            fields.Add($"job : {job}");
            subject += " the " + job;
        }
        random.Shuffle(fields);
        return new Draft(
            [("table", string.Join(" , ", fields))],
            [Tell.Clause(e, Form.Plain, subject: subject), Tell.Clause(e, e.Denied ? e.TellsDay ? Form.DayFirst : Form.PlaceFirst : Form.Passive, subject: subject)], level);
    }

    /// <summary>
    /// Triples in random order to one sentence: <c>mira is a baker and is a friend of ivo who lives in ostra</c>. Level: triples.
    /// The second style is a sentence for each.
    /// </summary>
    public static Draft? Triples(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        var a = random.Below(Lexicon.People.Length);
        var b = Lexicon.Other(random, Lexicon.People.Length, a);
        var plain = new[] { Trait.Job, Trait.Town, Trait.Birthday, Trait.Owns, Trait.Likes };
        var triples = new List<(int Subject, Trait Trait, int Value)>();
        if (level != 2 || random.Percent(50))
        {
            var trait = random.Pick(plain);
            triples.Add((a, trait, Biography.DrawValue(random, trait, a)));
        }
        if (level >= 2)
        {
            triples.Add((a, Trait.Friend, b));
            if (triples.Count < level)
            {
                var trait = random.Pick(plain);
                triples.Add((b, trait, Biography.DrawValue(random, trait, b)));
            }
        }
        var aggregated = Lexicon.People[a];
        for (var i = 0; i < triples.Count; i++)
            aggregated += (i == 0 ? " " : triples[i].Subject == b ? " who " : " and ") + Biography.Predicate(triples[i].Trait, triples[i].Value);
        var separate = string.Join(" , ", triples.Select(t => $"{Lexicon.People[t.Subject]} {Biography.Predicate(t.Trait, t.Value)}"));
        List<string> rows = [.. triples.Select(t => $"{Lexicon.People[t.Subject]} {Biography.Keys[(int)t.Trait]} {Biography.Value(t.Trait, t.Value)}")];
        random.Shuffle(rows);
        return new Draft([("table", string.Join(" ; ", rows))], [aggregated, separate], level);
    }
}
