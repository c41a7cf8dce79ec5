namespace MergeLab.Data.World.Texts;

public enum Asked
{
    Who,
    What,
    Where,
    When,
}

/// <summary>A question about one event: what is asked for, and the fields it gives.</summary>
public sealed record Question(Asked Asked, WorldEvent About, bool GivesPlace, bool GivesDay)
{
    /// <summary>A question about one event; null where the event does not tell what is asked.</summary>
    public static Question? Draw(CounterRandom random, WorldEvent about, Asked asked)
    {
        if ((asked == Asked.Where && !about.TellsPlace) || (asked == Asked.When && !about.TellsDay)) return null;
        return new Question(asked, about,
            about.TellsPlace && asked != Asked.Where && random.Percent(25),
            about.TellsDay && asked != Asked.When && random.Percent(25));
    }

    /// <summary>Whether an event may be the one meant: nothing told about it contradicts what the question gives.</summary>
    public bool Fits(WorldEvent e) =>
        !e.Denied
        && e.Act == About.Act
        && (Asked == Asked.Who || e.Person == About.Person)
        && (Asked == Asked.What || e.Thing == About.Thing)
        && (!GivesPlace || !e.TellsPlace || e.Place == About.Place)
        && (!GivesDay || !e.TellsDay || e.Day == About.Day);

    public string Text(bool synonym = false)
    {
        var act = Acts.All[About.Act];
        var who = Lexicon.People[About.Person];
        var thing = Lexicon.Things[About.Thing];
        var where = GivesPlace ? $" in {Lexicon.Places[About.Place]}" : "";
        var when = GivesDay ? $" on {Lexicon.Days[About.Day]}" : "";
        return (Asked switch
        {
            Asked.Who => $"who {act.PastOf(synonym)} the {thing}",
            Asked.What => $"what did {who} {act.BaseOf(synonym)}",
            Asked.Where => $"where did {who} {act.BaseOf(synonym)} the {thing}",
            _ => $"when did {who} {act.BaseOf(synonym)} the {thing}",
        }) + where + when + " ?";
    }

    /// <summary>One word: <c>bell</c>.</summary>
    public string Answer(WorldEvent e) => Asked switch
    {
        Asked.Who => Lexicon.People[e.Person],
        Asked.What => Lexicon.Things[e.Thing],
        Asked.Where => Lexicon.Places[e.Place],
        _ => Lexicon.Days[e.Day],
    };

    /// <summary>As it stands in the text: <c>the bell</c>, <c>in ostra</c>.</summary>
    public string Span(WorldEvent e) => Asked switch
    {
        Asked.Who => Answer(e),
        Asked.What => "the " + Answer(e),
        Asked.Where => "in " + Answer(e),
        _ => "on " + Answer(e),
    };
}
