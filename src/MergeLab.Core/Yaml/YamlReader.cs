using MergeLab.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MergeLab.Core.Yaml;

/// <summary>
/// Text to nodes with positions. Size, depth and the number of values after expanding aliases are bounded, so that no file,
/// however hostile, costs more than its size suggests.
/// </summary>
public sealed class YamlReader
{
    public const int MaxCharacters = 16 << 20;
    public const int MaxDepth = 64;
    public const int MaxValues = 200_000;

    readonly string file;
    readonly Parser parser;
    readonly Dictionary<AnchorName, (YamlNode Node, long Values)> anchors = [];

    YamlReader(string text, string file)
    {
        this.file = file;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The documents of a file; an empty file has none.</summary>
    /// <exception cref="ProblemException">Not YAML, a duplicate key, or beyond the limits.</exception>
    public static IReadOnlyList<YamlNode> ReadDocuments(string text, string file)
    {
        if (text.Length > MaxCharacters)
            throw new ProblemException($"YAML file of {text.Length} characters", new Place(file), $"more than {MaxCharacters} are not read", "split the file");
        var reader = new YamlReader(text, file);
        try
        {
            return reader.Documents();
        }
        catch (YamlException e)
        {
            throw Invalid(new Place(file, (int)e.Start.Line, (int)e.Start.Column), Reason(e), e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // What the parser throws by accident on some broken files; the last event it understood is near the place.
            var last = reader.parser.Current?.End;
            throw Invalid(new Place(file, (int?)last?.Line ?? 1, (int?)last?.Column), "a list or mapping is not closed, or a line is not indented as it should be", e);
        }
    }

    /// <summary>The single document of a file.</summary>
    public static YamlNode Read(string text, string file) => ReadDocuments(text, file) switch
    {
        [var only] => only,
        [] => throw new ProblemException("the file is empty", new Place(file), remedy: "write a YAML mapping into it"),
        [_, var second, ..] => throw new ProblemException("more than one YAML document", second.Place, remedy: "remove the '---' separator and what follows it"),
    };

    static ProblemException Invalid(Place place, string why, Exception inner) => new("not valid YAML", place, why, "correct the syntax at this place", inner: inner);

    static string Reason(YamlException e)
    {
        var message = e.InnerException?.Message ?? e.Message;
        var colon = message.IndexOf("): ", StringComparison.Ordinal);
        return colon < 0 ? message : message[(colon + 3)..];
    }

    List<YamlNode> Documents()
    {
        var documents = new List<YamlNode>();
        parser.Consume<StreamStart>();
        while (parser.TryConsume<DocumentStart>(out _))
        {
            anchors.Clear();
            documents.Add(Value(0, out _));
            parser.Consume<DocumentEnd>();
        }
        return documents;
    }

    YamlNode Value(int depth, out long values)
    {
        if (depth > MaxDepth) throw TooMuch($"nested more than {MaxDepth} levels deep", parser.Current!);
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!anchors.TryGetValue(alias.Value, out var known))
                throw new ProblemException($"alias *{alias.Value} stands for nothing", At(alias), remedy: $"define it before with &{alias.Value}");
            values = known.Values;
            return known.Node;
        }
        var start = (NodeEvent)parser.Current!;
        YamlNode node = start switch
        {
            Scalar => ScalarValue(out values),
            SequenceStart => ListValue(depth, out values),
            _ => MapValue(depth, out values),
        };
        if (values > MaxValues) throw TooMuch($"more than {MaxValues} values once aliases are expanded", start);
        if (!start.Anchor.IsEmpty) anchors[start.Anchor] = (node, values);
        return node;
    }

    YamlScalar ScalarValue(out long values)
    {
        var scalar = parser.Consume<Scalar>();
        values = 1;
        return new YamlScalar(scalar.Value, scalar.Style != ScalarStyle.Plain, At(scalar));
    }

    YamlList ListValue(int depth, out long values)
    {
        var start = parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        values = 1;
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Value(depth + 1, out var inner));
            values += inner;
        }
        return new YamlList(items, At(start));
    }

    YamlMap MapValue(int depth, out long values)
    {
        var start = parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        var merged = new List<YamlEntry>();
        values = 1;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar)
                throw new ProblemException("a key that is not text", At(parser.Current!), remedy: "keys are plain names");
            var key = parser.Consume<Scalar>();
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(Merged(Value(depth + 1, out var taken), At(key)));
                values += taken;
                continue;
            }
            if (!places.TryAdd(key.Value, At(key)))
                throw new ProblemException($"duplicate key '{key.Value}'", At(key), $"it stands already in line {places[key.Value].Line}", "remove one of the two");
            var value = Value(depth + 1, out var inner);
            entries.Add(new YamlEntry(key.Value, At(key), value));
            values += inner;
        }
        entries.AddRange(merged.Where(e => places.TryAdd(e.Key, e.KeyPlace)));
        return new YamlMap(entries, At(start));
    }

    /// <summary>What <c>&lt;&lt;: *defaults</c> adds to a mapping: own keys come first, then those of earlier mappings.</summary>
    static IEnumerable<YamlEntry> Merged(YamlNode node, Place place) => node switch
    {
        YamlMap map => map.Entries,
        YamlList { Items: var items } when items.All(i => i is YamlMap) => items.Cast<YamlMap>().SelectMany(m => m.Entries),
        _ => throw new ProblemException($"'<<' must be a mapping or a list of mappings, not {node.Kind}", place, remedy: "write <<: *name, where &name marks a mapping"),
    };

    Place At(ParsingEvent e) => new(file, (int)e.Start.Line, (int)e.Start.Column);

    ProblemException TooMuch(string what, ParsingEvent e) => new("the YAML file is too large", At(e), what, "write it out more simply");
}
