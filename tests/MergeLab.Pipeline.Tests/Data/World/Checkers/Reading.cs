using System.Text.RegularExpressions;
using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World.Checkers;

/// <summary>An event as read back from a sentence; null where the sentence does not tell.</summary>
sealed record ReadEvent(string Who, string Act, string Thing, string? Place, string? Day, bool Denied);

/// <summary>Reads the world's English without the generator's tables.</summary>
static partial class Reading
{
    /// <summary>Past, base and participle, then the synonym's; the first word names the act.</summary>
    static readonly string[][] Verbs =
    [
        ["bought", "buy", "purchased", "purchase"], ["sold", "sell", "traded", "trade"], ["found", "find", "discovered", "discover"],
        ["lost", "lose", "misplaced", "misplace"], ["hid", "hide", "hidden", "concealed", "conceal"], ["carried", "carry", "moved", "move"],
        ["chose", "choose", "chosen", "picked", "pick"], ["guarded", "guard", "protected", "protect"],
    ];

    static readonly HashSet<string> BaseForms =
        [.. "buy purchase sell trade find discover lose misplace hide conceal carry move choose pick guard protect".Split(' ')];

    static readonly HashSet<string> Participles =
        [.. "bought purchased sold traded found discovered lost misplaced hidden concealed carried moved chosen picked guarded protected".Split(' ')];

    static readonly HashSet<string> Pasts =
        [.. "bought purchased sold traded found discovered lost misplaced hid concealed carried moved chose picked guarded protected".Split(' ')];

    static readonly string[] Idle = ["it was cold", "people talked a lot", "the sky was grey", "nobody knew why"];

    public static string Act(string verb) => Verbs.Single(v => v.Contains(verb))[0];

    /// <summary>The slots of a task's own wording.</summary>
    public static Dictionary<string, string> Slots(WorldTask task, string input)
    {
        var pattern = "^" + Regex.Replace(Regex.Escape(task.Wordings[0].Text), @"\\\{(\w+)}", "(?<$1>.+?)") + "$";
        var match = Regex.Match(input, pattern);
        Assert.True(match.Success, $"{input} is not of the form {task.Wordings[0].Text}");
        return match.Groups.Cast<Group>().Where(g => !char.IsDigit(g.Name[0])).ToDictionary(g => g.Name, g => g.Value);
    }

    /// <summary>Sentences without their full stops, interjections and empty talk.</summary>
    public static List<string> Sentences(string text)
    {
        Assert.EndsWith(" .", text, StringComparison.Ordinal);
        return [.. text[..^2].Split(" . ").Select(s => Interjection().Replace(s, "")).Where(s => !Idle.Contains(s))];
    }

    public static List<ReadEvent> Events(string text) => Sentences(text).ConvertAll(s => Event(s) ?? throw new InvalidOperationException($"no event: {s}"));

    /// <summary>Null where the words are no well-formed sentence.</summary>
    public static ReadEvent? Event(string sentence)
    {
        if (Passive().Match(sentence) is { Success: true } p)
            return IsPerson(p.Groups["who"].Value) && Participles.Contains(p.Groups["verb"].Value) && Well(p) ? Make(p, p.Groups["verb"].Value) : null;
        if (Active().Match(sentence) is not { Success: true } a) return null;
        var verb = a.Groups["verb"].Value;
        var known = a.Groups["not"].Success ? BaseForms : Pasts;
        return known.Contains(verb) && IsPerson(a.Groups["who"].Value) && Well(a) ? Make(a, verb) : null;
    }

    static ReadEvent Make(Match m, string verb) => new(
        m.Groups["who"].Value, Act(verb), m.Groups["thing"].Value,
        m.Groups["place"].Success ? m.Groups["place"].Value : null, m.Groups["day"].Success ? m.Groups["day"].Value : null, m.Groups["not"].Success);

    public static bool IsPerson(string word) => Lexicon.People.Contains(word) || word is "she" or "he";

    static bool Well(Match m) => Lexicon.Things.Contains(m.Groups["thing"].Value)
        && m.Groups["place"].Captures.Count <= 1 && m.Groups["place"].Captures.All(c => Lexicon.Places.Contains(c.Value))
        && m.Groups["day"].Captures.Count <= 1 && m.Groups["day"].Captures.All(c => Lexicon.Days.Contains(c.Value));

    [GeneratedRegex("^(well|oh|so) , ")]
    private static partial Regex Interjection();

    [GeneratedRegex(@"^the (?<thing>\w+) was (?<verb>\w+) by (?<who>\w+)( the \w+)?( in (?<place>\w+))?( on (?<day>\w+))?$")]
    private static partial Regex Passive();

    [GeneratedRegex(@"^((on (?<day>\w+)|in (?<place>\w+)) )?(?<who>\w+)( the \w+)? (?<not>did not )?(?<verb>\w+) the (?<thing>\w+)( in (?<place>\w+))?( on (?<day>\w+))?$")]
    private static partial Regex Active();
}
