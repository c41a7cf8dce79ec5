using System.Text.RegularExpressions;
using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World.Checkers;

/// <summary>Right answers from what one knows: kinds of things, facts about towns.</summary>
static class Knowledge
{
    static readonly (string Kind, string Things)[] Kinds =
    [
        ("food", "bread cheese soup cake"), ("music", "flute drum violin bell"), ("tools", "hammer saw rope ladder"),
        ("clothes", "coat hat scarf belt"), ("papers", "book map letter poem"), ("animals", "horse goat dog duck"),
    ];

    /// <summary>Learnt as the base learns them: from one-fact questions that name the town.</summary>
    static readonly Dictionary<string, string> Facts = Learn();

    public static string Topic(IReadOnlyDictionary<string, string> s)
    {
        var own = Reading.Sentences(s["text"]).Where(t => t.StartsWith(s["name"] + " ", StringComparison.Ordinal));
        var counts = own.SelectMany(t => t.Split(' ')).Select(KindOf).Where(k => k is not null).GroupBy(k => k!).OrderByDescending(g => g.Count()).ToList();
        Assert.True(counts.Count == 1 || counts[0].Count() > counts[1].Count(), s["text"]);
        return counts[0].Key;
    }

    /// <summary>The object of the main clause: not what follows "near", nor what stands in a when- or after-clause.</summary>
    public static string QuestionTopic(IReadOnlyDictionary<string, string> s)
    {
        var main = s["question"];
        const string List = @"the \w+( , the \w+)*( and the \w+)?";
        main = Regex.Replace(main, $@"^(when|after) \w+ \w+ {List} , (?=who|where)", "");
        main = Regex.Replace(main, $@"^near {List} , (?=who|where)", "");
        main = Regex.Replace(main, $@" after \w+ \w+ {List} \?", "");
        main = Regex.Replace(main, $@" near {List} \?", "");
        if (Regex.Match(main, @"the product of (the town of \w+ \w+|\w+)") is { Success: true } product) return KindOf(Fact(product.Value))!;
        var kinds = main.Split(' ').Select(KindOf).Where(k => k is not null).GroupBy(k => k!).OrderByDescending(g => g.Count()).ToList();
        Assert.True(kinds.Count == 1 || kinds[0].Count() > kinds[1].Count(), s["question"]);
        return kinds[0].Key;
    }

    public static string TwoFacts(IReadOnlyDictionary<string, string> s)
    {
        var parts = Regex.Match(s["question"], @"^what is (the .+) and (the .+) \?$");
        return $"{Fact(parts.Groups[1].Value)} and {Fact(parts.Groups[2].Value)}";
    }

    static string Fact(string reference)
    {
        var m = Regex.Match(reference, @"^the (\w+) of (?:the town of (\w+) (\w+)|(\w+))$");
        var town = m.Groups[4].Success ? m.Groups[4].Value
            : Assert.Single(Lexicon.Places, p => Facts[$"{m.Groups[2].Value} of {p}"] == m.Groups[3].Value);
        return Facts[$"{m.Groups[1].Value} of {town}"];
    }

    static string? KindOf(string word) => Kinds.FirstOrDefault(k => k.Things.Split(' ').Contains(word)).Kind;

    static Dictionary<string, string> Learn()
    {
        var facts = new Dictionary<string, string>();
        var task = TaskTable.BaseOnly.Single(t => t.Name == "fact");
        for (var i = 0; i < 2000; i++)
        {
            var example = task.Get(WorldFolder.ShippedSeed, Split.Train, i);
            if (Regex.Match(example.Input, @"what is the (\w+ of \w+) \?$") is not { Success: true } m) continue;
            Assert.Equal(example.Target, facts.GetValueOrDefault(m.Groups[1].Value, example.Target));
            facts[m.Groups[1].Value] = example.Target;
        }
        Assert.Equal(48, facts.Count);
        return facts;
    }
}
