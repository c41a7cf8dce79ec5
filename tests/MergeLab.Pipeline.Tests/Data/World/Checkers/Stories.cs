using System.Text.RegularExpressions;
using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World.Checkers;

/// <summary>Right answers about stories, worked out from the text alone; each fails where there is not exactly one.</summary>
static partial class Stories
{
    public static string Answer(IReadOnlyDictionary<string, string> s) => Count().Match(s["question"]) is { Success: true } count ? CountThings(s["text"], count) : Word(Find(s["text"], s["question"]));

    public static string Extract(IReadOnlyDictionary<string, string> s) => Span(Find(s["text"], s["question"]));

    public static string IsTrue(IReadOnlyDictionary<string, string> s) => Span(Find(s["text"], s["question"])) == s["answer"] ? "yes" : "no";

    public static string FoundText(IReadOnlyDictionary<string, string> s)
    {
        var question = Parse(s["question"]);
        return Reading.Events(s["text"]).Any(e => Matches(e, question, openWorld: false) && Field(e, question.Asked) is not null) ? "yes" : "no";
    }

    public static string Claim(IReadOnlyDictionary<string, string> s)
    {
        var claim = Reading.Event(s["claim"][..^2])!;
        var about = Reading.Events(s["text"]).Where(e => e.Who == claim.Who && e.Act == claim.Act && e.Thing == claim.Thing).ToList();
        if (about.Count == 0) return "maybe";
        if (Assert.Single(about).Denied || about[0].Place != claim.Place) return "no";
        return claim.Day is not null && about[0].Day is null ? "maybe" : "yes";
    }

    public static string Paraphrase(IReadOnlyDictionary<string, string> s)
    {
        var both = Reading.Events($"{s["first"]} {s["second"]}");
        Assert.Equal(2, both.Count);
        return both[0] == both[1] ? "yes" : "no";
    }

    public static string Acceptable(IReadOnlyDictionary<string, string> s) => Reading.Event(s["text"][..^2]) is not null ? "good" : "bad";

    public static string Title(IReadOnlyDictionary<string, string> s)
    {
        var twice = Reading.Events(s["text"]).GroupBy(e => (e.Who, e.Thing)).Where(g => g.Count() > 1);
        var (who, thing) = Assert.Single(twice).Key;
        return $"{who} and the {thing}";
    }

    /// <summary>Whose hands the thing ends in, and what is done with such a thing.</summary>
    public static string LastStep(IReadOnlyDictionary<string, string> s)
    {
        var thing = s["thing"];
        string? owner = null;
        foreach (var sentence in Reading.Sentences(s["text"]).Where(t => t.Contains($" the {thing}", StringComparison.Ordinal)))
        {
            var words = sentence.Split(' ');
            owner = words[1] == "gave" ? words[^1] : words[0];
        }
        return $"{owner} {Use(thing)} the {thing}";
    }

    /// <summary>
    /// The fields asked for. The main person is the one with a job; what follows as "it" or by pronoun belongs to the same event.
    /// </summary>
    public static string Write(IReadOnlyDictionary<string, string> s)
    {
        var sentences = Reading.Sentences(s["text"]);
        string? act = null, thing = null, place = null, day = null;
        var main = Assert.Single(sentences.Select((t, i) => (t, i)), p => Job().IsMatch(p.t)).i;
        var introduced = Job().Match(sentences[main]);
        var name = introduced.Groups["name"].Value;
        for (var i = main; i < sentences.Count; i++)
        {
            if (It().Match(sentences[i]) is { Success: true } it)
            {
                if (it.Groups["place"].Success) place = it.Groups["place"].Value;
                if (it.Groups["day"].Success) day = it.Groups["day"].Value;
            }
            else if (Reading.Event(sentences[i]) is { } e && (e.Who == name || e.Who is "she" or "he"))
            {
                Assert.Null(act);
                (act, thing, place, day) = (e.Act, e.Thing, e.Place, e.Day);
            }
        }
        return string.Join(' ', s["fields"].Split(' ').Select(f => f switch
        {
            "name" => name,
            "job" => "the " + introduced.Groups["job"].Value,
            "act" => act,
            "thing" => "the " + thing,
            "place" => "in " + place,
            _ => "on " + day,
        }));
    }

    static (ReadEvent Event, string Asked) Find(string text, string question)
    {
        var parsed = Parse(question);
        return (Assert.Single(Reading.Events(text), e => Matches(e, parsed, openWorld: true)), parsed.Asked);
    }

    static string Word((ReadEvent Event, string Asked) found) => Field(found.Event, found.Asked)!;

    static string Span((ReadEvent Event, string Asked) found) => found.Asked switch
    {
        "who" => Word(found),
        "what" => "the " + Word(found),
        "where" => "in " + Word(found),
        _ => "on " + Word(found),
    };

    static string? Field(ReadEvent e, string asked) => asked switch
    {
        "who" => e.Who,
        "what" => e.Thing,
        "where" => e.Place,
        _ => e.Day,
    };

    sealed record Query(string Asked, string? Who, string Act, string? Thing, string? Place, string? Day);

    static Query Parse(string question)
    {
        var m = QuestionForm().Match(question);
        Assert.True(m.Success, question);
        string? Get(string name) => m.Groups[name].Success ? m.Groups[name].Value : null;
        return new(m.Groups["asked"].Value, Get("who"), Reading.Act(m.Groups["verb"].Value), Get("thing"), Get("place"), Get("day"));
    }

    /// <param name="openWorld">Whether an event that does not tell its place may have happened anywhere.</param>
    static bool Matches(ReadEvent e, Query q, bool openWorld) =>
        !e.Denied && e.Act == q.Act && (q.Who ?? e.Who) == e.Who && (q.Thing ?? e.Thing) == e.Thing
        && (q.Place is null || e.Place == q.Place || (openWorld && e.Place is null))
        && (q.Day is null || e.Day == q.Day || (openWorld && e.Day is null));

    static string CountThings(string text, Match question)
    {
        var count = 0;
        foreach (var sentence in Reading.Sentences(text))
        {
            var words = sentence.Split(' ');
            if (words[0] == question.Groups["who"].Value && Reading.Act(words[1]) == Reading.Act(question.Groups["verb"].Value)) count += words.Count(w => w == "the");
        }
        return "one two three four five six".Split(' ')[count - 1];
    }

    static string Use(string thing) => thing switch
    {
        "bread" or "cheese" or "soup" or "cake" => "ate",
        "flute" or "drum" or "violin" or "bell" => "played",
        "hammer" or "saw" or "rope" or "ladder" => "used",
        "coat" or "hat" or "scarf" or "belt" => "wore",
        "book" or "map" or "letter" or "poem" => "read",
        _ => "fed",
    };

    [GeneratedRegex(@"^how many things did (?<who>\w+) (?<verb>\w+) \?$")]
    private static partial Regex Count();

    [GeneratedRegex(@"^((?<asked>who) (?<verb>\w+) the (?<thing>\w+)|(?<asked>what) did (?<who>\w+) (?<verb>\w+)|(?<asked>where|when) did (?<who>\w+) (?<verb>\w+) the (?<thing>\w+))( in (?<place>\w+))?( on (?<day>\w+))? \?$")]
    private static partial Regex QuestionForm();

    [GeneratedRegex(@"(?<name>\w+) (is a|the) (?<job>baker|cook|singer|smith|tailor|teacher|farmer|sailor|doctor|miller|painter|judge)\b")]
    private static partial Regex Job();

    [GeneratedRegex(@"^it (happened|was)( in (?<place>\w+))?( on (?<day>\w+))?$")]
    private static partial Regex It();
}
