using System.Text.RegularExpressions;

namespace MergeLab.Pipeline.Tests.Data.World.Checkers;

/// <summary>Right answers about people: relatives, details, tables.</summary>
static partial class Lives
{
    static readonly HashSet<string> Women = [.. "mira ana lena sofi ruta vera edda nora ilsa kaya dina olga she".Split(' ')];

    public static string TwoHop(IReadOnlyDictionary<string, string> s)
    {
        var sentences = Reading.Sentences(s["text"]);
        var question = s["question"];
        var who = Regex.Match(question, @"^(?:where does|what is the job of) (?<who>.+?)(?: live)? \?$").Groups["who"].Value;
        var person = Resolve(who);
        var fact = question.StartsWith("where", StringComparison.Ordinal) ? $"{person} lives in " : $"{person} is a ";
        return Assert.Single(sentences, t => t.StartsWith(fact, StringComparison.Ordinal))[fact.Length..];

        string Resolve(string reference)
        {
            if (!reference.StartsWith("the ", StringComparison.Ordinal)) return reference;
            var at = reference.IndexOf(" of ", StringComparison.Ordinal);
            var role = $"{reference[..at]} of {Resolve(reference[(at + 4)..])}";
            var told = Assert.Single(sentences, t => t.StartsWith(role + " is ", StringComparison.Ordinal) || t.EndsWith(" is " + role, StringComparison.Ordinal));
            return told.StartsWith(role, StringComparison.Ordinal) ? told[(role.Length + 4)..] : told[..told.IndexOf(' ', StringComparison.Ordinal)];
        }
    }

    /// <summary>Searches all chains of at most two steps from one person to the other.</summary>
    public static string Relation(IReadOnlyDictionary<string, string> s)
    {
        var steps = new List<(string From, string Kind, string To)>();
        foreach (var sentence in Reading.Sentences(s["text"]))
        {
            var m = Regex.Match(sentence, @"^(\w+) is the (\w+) of (\w+)$");
            var (a, role, b) = (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value);
            steps.Add(role switch
            {
                "son" or "daughter" => (b, "parent", a),
                "mother" or "father" => (a, "parent", b),
                "sister" or "brother" => (a, "sibling", b),
                "aunt" or "uncle" => (a, "parent's sibling", b),
                _ => (a, "grandparent", b),
            });
        }
        var found = steps.Where(t => t.From == s["first"] && t.To == s["second"]).Select(t => t.Kind).ToHashSet();
        foreach (var x in steps.Where(t => t.From == s["first"]))
            foreach (var y in steps.Where(t => t.From == x.To && t.To == s["second"]))
                found.Add((x.Kind, y.Kind) switch
                {
                    ("parent", "parent") => "grandparent",
                    ("sibling", "parent") => "parent's sibling",
                    ("parent", "sibling") => "parent",
                    ("sibling", "sibling") => "sibling",
                    _ => throw new InvalidOperationException($"{x} {y}"),
                });
        var woman = Women.Contains(s["first"]);
        return Assert.Single(found) switch
        {
            "parent" => woman ? "mother" : "father",
            "sibling" => woman ? "sister" : "brother",
            "grandparent" => woman ? "grandmother" : "grandfather",
            _ => woman ? "aunt" : "uncle",
        };
    }

    public static string Guess(IReadOnlyDictionary<string, string> s)
    {
        var job = Regex.Match(s["clues"], @"job : (\w+)").Groups[1].Value;
        var town = Regex.Match(s["clues"], @"town : (\w+)").Groups[1].Value;
        return Assert.Single(Reading.Sentences(s["text"]), t => t.EndsWith($" is a {job} and lives in {town}", StringComparison.Ordinal)).Split(' ')[0];
    }

    public static string Details(IReadOnlyDictionary<string, string> s)
    {
        var known = Traits(s["text"], s["name"]).ToDictionary(t => t.Key, t => t.Value);
        return string.Join(" , ", s["keys"].Split(" , ").Select(k => $"{k} is {known.GetValueOrDefault(k, "unknown")}"));
    }

    public static string Keys(IReadOnlyDictionary<string, string> s)
    {
        var told = Traits(s["text"], s["name"]).Select(t => t.Key).ToHashSet();
        return string.Join(" , ", new[] { "job", "town", "birthday", "friend", "owns", "likes" }.Where(told.Contains));
    }

    public static string Biography(IReadOnlyDictionary<string, string> s)
    {
        var table = s["table"].Split(" , ").Select(f => f.Split(" : ")).ToDictionary(f => f[0], f => f[1]);
        var sentences = new List<string>();
        foreach (var key in new[] { "job", "town", "birthday", "friend", "owns", "likes" })
            if (table.TryGetValue(key, out var value))
                sentences.Add($"{(sentences.Count == 0 ? s["name"] : Women.Contains(s["name"]) ? "she" : "he")} {Predicate(key, value)} .");
        return string.Join(' ', sentences);
    }

    public static string Triples(IReadOnlyDictionary<string, string> s)
    {
        var triples = s["table"].Split(" ; ").Select(t => t.Split(' ')).ToList();
        var link = triples.Find(t => t[1] == "friend");
        var first = link?[0] ?? triples[0][0];
        var text = first;
        var own = triples.Find(t => t[0] == first && t != link);
        if (own is not null) text += " " + Predicate(own[1], own[2]);
        if (link is not null) text += (own is null ? " " : " and ") + Predicate("friend", link[2]);
        var other = triples.Find(t => t[0] != first);
        return other is null ? text : $"{text} who {Predicate(other[1], other[2])}";
    }

    public static string Describe(IReadOnlyDictionary<string, string> s)
    {
        var table = s["table"].Split(" , ").Select(f => f.Split(" : ")).ToDictionary(f => f[0], f => f[1]);
        var verb = table["act"].Split(' ')[^1];
        var core = table["act"].StartsWith("not ", StringComparison.Ordinal) ? $"did not {verb}" : Reading.Act(verb);
        var text = $"{table["name"]}{(table.TryGetValue("job", out var job) ? " the " + job : "")} {core} the {table["thing"]}";
        if (table.TryGetValue("place", out var place)) text += " in " + place;
        return table.TryGetValue("day", out var day) ? $"{text} on {day}" : text;
    }

    /// <summary>A name changes whom sentences are about; a pronoun takes the last named subject of its sex.</summary>
    static IEnumerable<(string Key, string Value)> Traits(string text, string name)
    {
        var subjects = new Dictionary<bool, string>();
        foreach (var sentence in Reading.Sentences(text))
        {
            var words = sentence.Split(' ');
            if (words[0] is not ("she" or "he")) subjects[Women.Contains(words[0])] = words[0];
            if (subjects[Women.Contains(words[0])] != name) continue;
            yield return (sentence switch
            {
                _ when sentence.Contains(" is a friend of ", StringComparison.Ordinal) => "friend",
                _ when sentence.Contains(" is a ", StringComparison.Ordinal) => "job",
                _ when sentence.Contains(" lives in ", StringComparison.Ordinal) => "town",
                _ when sentence.Contains(" was born on ", StringComparison.Ordinal) => "birthday",
                _ when sentence.Contains(" owns the ", StringComparison.Ordinal) => "owns",
                _ => "likes",
            }, words[^1]);
        }
    }

    static string Predicate(string key, string value) => key switch
    {
        "job" => $"is a {value}",
        "town" => $"lives in {value}",
        "birthday" => $"was born on {value}",
        "friend" => $"is a friend of {value}",
        "owns" => $"owns the {value}",
        _ => $"likes {value}",
    };
}
