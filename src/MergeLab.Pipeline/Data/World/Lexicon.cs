namespace MergeLab.Data.World;

/// <summary>Who and what there is in the world. Every word is one token; indices into these tables are the world's identities.</summary>
public static class Lexicon
{
    /// <summary>The first half are women, the second half men.</summary>
    public static readonly string[] People =
    [
        "mira", "ana", "lena", "sofi", "ruta", "vera", "edda", "nora", "ilsa", "kaya", "dina", "olga",
        "ivo", "tomas", "karl", "bruno", "emil", "jonas", "pavel", "oskar", "milo", "hugo", "anton", "felix",
    ];

    public static readonly string[] Places =
        ["ostra", "belmar", "dorn", "kelva", "luma", "varga", "tirel", "norvik", "pelosa", "harth", "simbri", "cosna"];

    public static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    public static readonly string[] Jobs =
        ["baker", "cook", "singer", "smith", "tailor", "teacher", "farmer", "sailor", "doctor", "miller", "painter", "judge"];

    public static readonly string[] Kinds = ["food", "music", "tools", "clothes", "papers", "animals"];

    /// <summary>Four of each kind, in the order of <see cref="Kinds"/>.</summary>
    public static readonly string[] Things =
    [
        "bread", "cheese", "soup", "cake",
        "flute", "drum", "violin", "bell",
        "hammer", "saw", "rope", "ladder",
        "coat", "hat", "scarf", "belt",
        "book", "map", "letter", "poem",
        "horse", "goat", "dog", "duck",
    ];

    /// <summary>What one does in the end with a thing of each kind.</summary>
    public static readonly string[] Uses = ["ate", "played", "used", "wore", "read", "fed"];

    public static readonly string[] Numbers = ["one", "two", "three", "four", "five", "six"];

    public static readonly string[] Acquaintances = ["sister", "brother", "friend", "neighbour", "cousin"];

    public const int ThingsPerKind = 4;

    /// <summary>Place of the last of <see cref="Kinds"/>.</summary>
    public const int Animals = 5;

    public static int Women => People.Length / 2;

    public static bool IsWoman(int person) => person < Women;

    public static string She(int person) => IsWoman(person) ? "she" : "he";

    public static string Her(int person) => IsWoman(person) ? "her" : "his";

    public static int KindOf(int thing) => thing / ThingsPerKind;

    /// <summary>A random person of one sex, other than those named.</summary>
    public static int AnyPerson(CounterRandom random, bool woman, params ReadOnlySpan<int> except)
    {
        int person;
        do person = random.Below(Women) + (woman ? 0 : Women);
        while (except.Contains(person));
        return person;
    }

    /// <summary>A number below <paramref name="limit"/> other than <paramref name="not"/>.</summary>
    public static int Other(CounterRandom random, int limit, int not)
    {
        var other = random.Below(limit - 1);
        return other < not ? other : other + 1;
    }
}
