namespace MergeLab.Data.World.Texts;

/// <summary>What can be told of a person, in the order in which a well-ordered biography tells it.</summary>
public enum Trait
{
    Job,
    Town,
    Birthday,
    Friend,
    Owns,
    Likes,
}

/// <summary>A person and some traits, each with an index into its table.</summary>
public sealed record Biography(int Person, IReadOnlyList<(Trait Trait, int Value)> Traits)
{
    public static readonly string[] Keys = ["job", "town", "birthday", "friend", "owns", "likes"];

    /// <summary><paramref name="count"/> different traits in random order.</summary>
    public static Biography Draw(CounterRandom random, int person, int count) =>
        new(person, [.. random.Distinct(count, Keys.Length).Select(t => ((Trait)t, DrawValue(random, (Trait)t, person)))]);

    public static int DrawValue(CounterRandom random, Trait trait, int person) => trait switch
    {
        Trait.Job => random.Below(Lexicon.Jobs.Length),
        Trait.Town => random.Below(Lexicon.Places.Length),
        Trait.Birthday => random.Below(Lexicon.Days.Length),
        Trait.Friend => Lexicon.Other(random, Lexicon.People.Length, person),
        Trait.Owns => random.Below(Lexicon.Things.Length),
        _ => random.Below(Lexicon.Kinds.Length),
    };

    public IEnumerable<(Trait Trait, int Value)> InOrder => Traits.OrderBy(t => t.Trait);

    public static string Value(Trait trait, int value) => trait switch
    {
        Trait.Job => Lexicon.Jobs[value],
        Trait.Town => Lexicon.Places[value],
        Trait.Birthday => Lexicon.Days[value],
        Trait.Friend => Lexicon.People[value],
        Trait.Owns => Lexicon.Things[value],
        _ => Lexicon.Kinds[value],
    };

    /// <summary>What follows the subject: <c>lives in ostra</c>.</summary>
    public static string Predicate(Trait trait, int value) => trait switch
    {
        Trait.Job => "is a " + Value(trait, value),
        Trait.Town => "lives in " + Value(trait, value),
        Trait.Birthday => "was born on " + Value(trait, value),
        Trait.Friend => "is a friend of " + Value(trait, value),
        Trait.Owns => "owns the " + Value(trait, value),
        _ => "likes " + Value(trait, value),
    };

    /// <summary>The same in short: <c>in ostra</c>.</summary>
    public static string Note(Trait trait, int value) => trait switch
    {
        Trait.Job => "the " + Value(trait, value),
        Trait.Town => "in " + Value(trait, value),
        Trait.Birthday => "born on " + Value(trait, value),
        Trait.Friend => "friend of " + Value(trait, value),
        _ => Predicate(trait, value),
    };

    /// <summary>One sentence a trait: the first names the person, later ones say she or he.</summary>
    public static List<string> Sentences(int person, IEnumerable<(Trait Trait, int Value)> traits)
    {
        var sentences = new List<string>();
        foreach (var (trait, value) in traits)
            sentences.Add($"{(sentences.Count == 0 ? Lexicon.People[person] : Lexicon.She(person))} {Predicate(trait, value)} .");
        return sentences;
    }

    /// <summary><c>job : baker , town : ostra</c></summary>
    public static string Table(IEnumerable<(Trait Trait, int Value)> traits) =>
        string.Join(" , ", traits.Select(t => $"{Keys[(int)t.Trait]} : {Value(t.Trait, t.Value)}"));
}
