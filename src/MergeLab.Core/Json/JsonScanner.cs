using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Core.Json;

/// <summary>One pass over a text to its <see cref="JsonTokens"/>.</summary>
ref struct JsonScanner(byte[] utf8, JsonPositions positions)
{
    /// <summary>Up to here comparing each with each is faster than a hash table.</summary>
    const int FewMembers = 12;

    readonly JsonToken[] values = GC.AllocateUninitializedArray<JsonToken>(AtMost(utf8));
    readonly List<(string Name, int Start)> keys = [];
    readonly Dictionary<int, Dictionary<string, int>> indexes = [];
    Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = LocatedJson.MaximumDepth });
    int count;

    /// <exception cref="ProblemException">Not JSON, a duplicate key, or too many values.</exception>
    public JsonTokens Read()
    {
        try
        {
            ReadAll();
        }
        catch (JsonException e)
        {
            // The reader's message without the position, which stands in the place.
            var reason = e.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
            throw new ProblemException("not valid JSON", positions.At(e.LineNumber ?? 0, e.BytePositionInLine ?? 0), reason, "correct the syntax at this place", inner: e);
        }
        return new JsonTokens(values, keys, indexes);
    }

    /// <summary>Every value but the first follows a comma or an opening bracket; those in strings only make the bound higher.</summary>
    static int AtMost(ReadOnlySpan<byte> utf8) =>
        Math.Min(LocatedJson.MaximumValues, utf8.Count((byte)',') + utf8.Count((byte)'[') + utf8.Count((byte)'{') + 1);

    void ReadAll()
    {
        Span<(int Index, int Members)> open = stackalloc (int, int)[LocatedJson.MaximumDepth];
        var depth = 0;
        var key = -1;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    key = keys.Count;
                    keys.Add((Name(), (int)reader.TokenStartIndex));
                    open[depth - 1].Members++;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    var (index, members) = open[--depth];
                    values[index] = values[index] with { Next = count };
                    if (members > 1) RefuseDuplicates(index, members);
                    break;
                case var type:
                    if (count == values.Length)
                        throw new ProblemException($"more than {LocatedJson.MaximumValues} JSON values", positions.At((int)reader.TokenStartIndex), "no file of this kind needs as many");
                    var kind = KindOf(type);
                    if (kind is JsonKind.Map or JsonKind.List) open[depth++] = (count, 0);
                    values[count++] = new JsonToken(kind, (int)reader.TokenStartIndex, (int)reader.BytesConsumed, count, key);
                    key = -1;
                    break;
            }
        }
    }

    readonly string Name()
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e) // an escape that is half a surrogate pair
        {
            throw new ProblemException("the key is not valid Unicode", positions.At((int)reader.TokenStartIndex), e.Message, inner: e);
        }
    }

    readonly void RefuseDuplicates(int map, int members)
    {
        if (members > FewMembers)
        {
            var byName = indexes[map] = new Dictionary<string, int>(members);
            for (var i = map + 1; i < count; i = values[i].Next)
                if (!byName.TryAdd(keys[values[i].Key].Name, i)) throw Duplicate(byName[keys[values[i].Key].Name], i);
            return;
        }
        for (var i = map + 1; i < count; i = values[i].Next)
        {
            for (var j = map + 1; j < i; j = values[j].Next)
                if (keys[values[i].Key].Name == keys[values[j].Key].Name) throw Duplicate(j, i);
        }
    }

    readonly ProblemException Duplicate(int first, int second)
    {
        var (name, start) = keys[values[second].Key];
        var line = positions.At(keys[values[first].Key].Start).Line;
        return new ProblemException($"the key '{Excerpt.Of(name)}' occurs twice", positions.At(start),
            $"it stands already in line {line}, and readers disagree about which of the two counts", "keep one");
    }

    static JsonKind KindOf(JsonTokenType type) => type switch
    {
        JsonTokenType.Null => JsonKind.Null,
        JsonTokenType.True or JsonTokenType.False => JsonKind.Bool,
        JsonTokenType.Number => JsonKind.Number,
        JsonTokenType.String => JsonKind.Text,
        JsonTokenType.StartArray => JsonKind.List,
        _ => JsonKind.Map,
    };
}
