using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.PostProcessors;

/// <summary>Special tokens and the texts in an order that a template gives, with a segment id each.</summary>
sealed class TemplateProcessing : IPostProcessor
{
    /// <summary>More places than any template has.</summary>
    const int MaximumPlaces = 1_000;

    readonly Place[] single, pair;
    readonly Dictionary<string, (int[] Ids, string[] Tokens)> special;

    TemplateProcessing(Place[] single, Place[] pair, Dictionary<string, (int[], string[])> special) => (this.single, this.pair, this.special) = (single, pair, special);

    /// <param name="Special">Name of a special token; null: a text.</param>
    /// <param name="Sequence">Which text.</param>
    readonly record struct Place(string? Special, int Sequence, int TypeId);

    public IEnumerable<(int Id, string Token)> SpecialTokens => special.Values.SelectMany(t => t.Ids.Zip(t.Tokens));

    public int AddedTokens(bool isPair) => (isPair ? pair : single).Sum(p => p.Special is null ? 0 : special[p.Special].Ids.Length);

    public IReadOnlyList<Encoding> Process(Encoding first, Encoding? second, bool addSpecialTokens)
    {
        var parts = new List<Encoding>();
        foreach (var place in second is null ? single : pair)
        {
            if (place.Special is null) parts.Add((place.Sequence == 0 ? first : second!).WithTypeId(place.TypeId));
            else if (addSpecialTokens) parts.Add(Encoding.OfSpecialTokens(special[place.Special].Ids, special[place.Special].Tokens, place.TypeId));
        }
        return parts;
    }

    public static TemplateProcessing Read(JsonCursor at)
    {
        var special = new Dictionary<string, (int[], string[])>();
        if (at.Find("special_tokens") is { } tokens)
        {
            foreach (var (name, token) in tokens.Properties())
            {
                int[] ids = [.. token.Get("ids").Items().Select(i => i.AsInt())];
                string[] texts = [.. token.Get("tokens").Items().Select(t => t.AsString())];
                if (ids.Length != texts.Length) throw token.Problem($"the special token '{name}' has {ids.Length} ids and {texts.Length} tokens");
                special.Add(name, (ids, texts));
            }
        }
        var pair = at.Get("pair");
        var result = new TemplateProcessing(ReadPlaces(at.Get("single"), special, 0), ReadPlaces(pair, special, 1), special);
        if (!result.pair.Any(p => p is { Special: null, Sequence: 0 }) || !result.pair.Any(p => p is { Special: null, Sequence: 1 }))
            throw pair.Problem("the template for pairs does not use both texts, A and B");
        return result;
    }

    static Place[] ReadPlaces(JsonCursor at, Dictionary<string, (int[], string[])> special, int lastSequence)
    {
        var places = new List<Place>();
        foreach (var item in at.Items())
        {
            if (places.Count == MaximumPlaces) throw item.Problem($"a template of more than {MaximumPlaces} places");
            if (item.Find("Sequence") is { } sequence)
            {
                var id = sequence.Get("id");
                var index = id.AsString() switch { "A" => 0, "B" => 1, var other => throw id.Problem($"sequence '{other}' is not known", remedy: "A or B") };
                if (index > lastSequence) throw id.Problem("the template for one text uses a second one, B");
                places.Add(new Place(null, index, sequence.Find("type_id")?.AsInt() ?? 0));
            }
            else
            {
                var token = item.Get("SpecialToken");
                var name = token.Get("id").AsString();
                if (!special.ContainsKey(name)) throw token.Get("id").Problem($"the template uses '{name}', which is not among its special_tokens");
                places.Add(new Place(name, 0, token.Find("type_id")?.AsInt() ?? 0));
            }
        }
        return [.. places];
    }
}
