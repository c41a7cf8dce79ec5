namespace MergeLab.Data.World;

/// <summary>
/// What is always so, in no text, and must be known by heart: each town's mayor, product, guild and holiday. Mayor, product and guild
/// name their town uniquely; holidays repeat.
/// </summary>
public static class Atlas
{
    public static readonly string[] Attributes = ["mayor", "product", "guild", "holiday"];

    const int Holiday = 3;

    static readonly string[][] Facts =
    [
        /* ostra  */ ["nora", "cheese", "smith", "friday"],
        /* belmar */ ["karl", "rope", "sailor", "monday"],
        /* dorn   */ ["olga", "hammer", "miller", "tuesday"],
        /* kelva  */ ["felix", "violin", "singer", "sunday"],
        /* luma   */ ["ana", "cake", "baker", "friday"],
        /* varga  */ ["hugo", "horse", "farmer", "wednesday"],
        /* tirel  */ ["vera", "scarf", "tailor", "saturday"],
        /* norvik */ ["jonas", "duck", "cook", "thursday"],
        /* pelosa */ ["dina", "map", "judge", "tuesday"],
        /* harth  */ ["pavel", "bell", "teacher", "sunday"],
        /* simbri */ ["ruta", "poem", "painter", "monday"],
        /* cosna  */ ["emil", "goat", "doctor", "thursday"],
    ];

    /// <summary>Attributes by which a town can be referred to.</summary>
    public const int Naming = Holiday;

    /// <summary>The thing a town is known for, as an index.</summary>
    public static int Product(int town) => Array.IndexOf(Lexicon.Things, Facts[town][1]);

    public static string Fact(int town, int attribute) => Facts[town][attribute];

    /// <summary>How a question refers to a town: by name, or by an attribute that only it has ("the town of mayor nora").</summary>
    public static string Refer(int town, int by) => by < 0
        ? Lexicon.Places[town]
        : $"the town of {Attributes[by]} {Facts[town][by]}";
}
