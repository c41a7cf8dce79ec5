namespace MergeLab.Data.World.Texts;

/// <summary>The orders in which a sentence may tell an event.</summary>
public enum Form
{
    Plain,
    DayFirst,
    PlaceFirst,
    Passive,
}

/// <summary>Events as sentences. Without the full stop they are clauses.</summary>
public static class Tell
{
    public static string Sentence(WorldEvent e, Form form = Form.Plain, bool synonym = false, string? subject = null) =>
        Clause(e, form, synonym, subject) + " .";

    public static string Clause(WorldEvent e, Form form = Form.Plain, bool synonym = false, string? subject = null)
    {
        var who = subject ?? Lexicon.People[e.Person];
        var act = Acts.All[e.Act];
        var thing = Lexicon.Things[e.Thing];
        var place = e.TellsPlace ? $" in {Lexicon.Places[e.Place]}" : "";
        var day = e.TellsDay ? $" on {Lexicon.Days[e.Day]}" : "";
        if (form == Form.Passive && !e.Denied) return $"the {thing} was {act.ParticipleOf(synonym)} by {who}{place}{day}";
        var core = e.Denied ? $"{who} did not {act.BaseOf(synonym)} the {thing}" : $"{who} {act.PastOf(synonym)} the {thing}";
        return form switch
        {
            Form.DayFirst when e.TellsDay => $"{day[1..]} {core}{place}",
            Form.PlaceFirst when e.TellsPlace => $"{place[1..]} {core}{day}",
            _ => core + place + day,
        };
    }

    public static Form AnyForm(CounterRandom random) => (Form)random.Below(4);

    /// <summary>The events in the order given, each in a random form, with noise between and in them.</summary>
    public static string Story(CounterRandom random, IEnumerable<WorldEvent> events, Knobs knobs) =>
        Noise.Join(random, [.. events.Select(e => Sentence(e, AnyForm(random)))], knobs.Noise);

    /// <summary><c>the bell , the drum and the hat</c></summary>
    public static string List(IReadOnlyList<int> things)
    {
        var named = things.Select(t => "the " + Lexicon.Things[t]).ToArray();
        return named.Length == 1 ? named[0] : string.Join(" , ", named[..^1]) + " and " + named[^1];
    }
}
