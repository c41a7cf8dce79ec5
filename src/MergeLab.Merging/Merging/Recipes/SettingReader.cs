using System.Buffers;
using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Core.Yaml;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Recipes;

/// <summary>YAML to parameters of a method, checked against the method table.</summary>
/// <param name="method">Whose parameters they are.</param>
/// <param name="compat">The published behaviour asked for, or null.</param>
/// <param name="notes">Receives what the author should know.</param>
sealed class SettingReader(Method method, string? compat, List<string> notes)
{
    /// <summary>How far above its most a saturating parameter may lie before it must be a slip, such as a percentage.</summary>
    const double Slip = 10;

    static readonly SearchValues<char> PatternCharacters = SearchValues.Create(@"*\^$[]()|?+");

    /// <param name="node">A mapping of parameters; null for none.</param>
    /// <param name="what">For messages: "'parameters'".</param>
    /// <param name="ofModel">Set for one model, where shared parameters have no place.</param>
    public ParameterSettings Read(YamlNode? node, string what, bool ofModel)
    {
        if (node is null) return ParameterSettings.None;
        var map = node as YamlMap ?? throw WrongValue.Of(what, "a mapping", node.Kind, node.Place);
        var settings = new Dictionary<string, ParameterSetting>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            var parameter = Find(entry, what);
            if (ofModel && !parameter.PerModel)
                throw new ProblemException($"'{entry.Key}' is not supported here", entry.KeyPlace, "it is set once for the whole merge, in the recipe's 'parameters'", "move it there");
            if (parameter.OnlyWith is { } mode && mode != compat)
                throw new ProblemException($"'{entry.Key}' has no use here", entry.KeyPlace, $"only 'compat: {mode}' reads it", $"remove it, or add 'compat: {mode}'");
            if (settings.ContainsKey(parameter.Name))
                throw new ProblemException($"'{entry.Key}' is set twice", entry.KeyPlace, $"'{parameter.Name}' and '{parameter.Alias}' are two names of one parameter", "remove one of the two");
            settings.Add(parameter.Name, new ParameterSetting(Choices(entry.Value, parameter), entry.Value.Place));
        }
        RefuseReplaced(map, settings);
        return new ParameterSettings(settings);
    }

    void RefuseReplaced(YamlMap map, Dictionary<string, ParameterSetting> settings)
    {
        foreach (var parameter in method.Parameters.Where(p => settings.ContainsKey(p.Name)))
        {
            if (map.Entries.FirstOrDefault(e => e.Key == parameter.Replaces) is not { } replaced) continue;
            throw new ProblemException($"'{replaced.Key}' beside '{parameter.Name}'", replaced.KeyPlace, $"'{parameter.Name}' stands in its place", "remove one of the two");
        }
    }

    MethodParameter Find(YamlEntry entry, string what)
    {
        if (method.Parameters.FirstOrDefault(p => p.IsNamed(entry.Key)) is { } parameter) return parameter;
        var names = method.Parameters.Select(p => p.Name).ToList();
        var others = MethodTable.All.Where(m => m.Parameters.Any(p => p.IsNamed(entry.Key))).Select(m => m.Name).ToList();
        var why = others.Count == 0 ? null : $"{method.Name} has no such parameter; {string.Join(", ", others)} {(others.Count == 1 ? "has" : "have")}";
        throw new ProblemException($"unknown key '{entry.Key}' in {what}", entry.KeyPlace, why, names.Count == 0 ? $"remove it: {method.Name} has no parameters" : Suggestion.For(entry.Key, names));
    }

    List<SettingChoice> Choices(YamlNode node, MethodParameter parameter)
    {
        if (node is YamlMap bare) return [Conditional(bare, parameter)];
        if (node is not YamlList list) return [Choice(null, node, parameter)];
        if (list.Items.Count == 0) throw new ProblemException($"'{parameter.Name}' is an empty list", node.Place, remedy: "give at least one value, or remove the key");
        if (!list.Items.Any(i => i is YamlMap)) return [Choice(null, node, parameter)];
        if (list.Items.FirstOrDefault(i => i is not YamlMap) is { } odd)
            throw new ProblemException($"'{parameter.Name}' mixes values and conditions", odd.Place, "a list is either a gradient of numbers, or conditions {filter: …, value: …}", "write {value: …} for a value that is to fit the rest");
        var choices = list.Items.Select(i => Conditional((YamlMap)i, parameter)).ToList();
        var all = choices.FindIndex(c => c.IsForAll);
        if (all >= 0 && all < choices.Count - 1)
            Note(choices[all + 1].Place, $"what follows the condition without a filter in '{parameter.Name}' is never reached: the first that fits counts");
        return choices;
    }

    SettingChoice Conditional(YamlMap map, MethodParameter parameter)
    {
        var fields = new YamlFields(map, $"a condition of '{parameter.Name}'");
        var filter = fields.Text("filter");
        var value = fields.Required("value");
        fields.RefuseUnknown();
        if (filter is "") throw new ProblemException("an empty filter", fields.Optional("filter")!.Place, remedy: "write part of a tensor's name, or leave 'filter' out");
        return Choice(filter, value, parameter);
    }

    SettingChoice Choice(string? filter, YamlNode node, MethodParameter parameter)
    {
        if (parameter.Words is { } words)
        {
            if (node is not YamlScalar { IsNull: false } scalar) throw WrongValue.Of($"'{parameter.Name}'", "a word", node.Kind, node.Place);
            return words.Contains(scalar.Text, StringComparer.Ordinal) ? new SettingChoice(filter, [], scalar.Text, node.Place)
                : throw WrongValue.Unknown($"'{parameter.Name}'", scalar.Text, words, node.Place);
        }
        if (node is not YamlList list) return new SettingChoice(filter, [Number(node, parameter)], null, node.Place);
        if (list.Items.Count == 0) throw new ProblemException($"'{parameter.Name}' is an empty list", node.Place, remedy: "give at least one value");
        return new SettingChoice(filter, [.. list.Items.Select(i => Number(i, parameter))], null, node.Place);
    }

    double Number(YamlNode node, MethodParameter parameter)
    {
        if (node is YamlScalar { IsNull: false } scalar)
        {
            var value = parameter.Flag ? Flag(scalar) : YamlNumber.Parse(scalar.Text) ?? Truth(scalar);
            if (value is { } number && double.IsFinite(number) && number >= parameter.Least && (!parameter.Whole || number == Math.Floor(number)))
            {
                if (parameter.Name == "density" && number == 0) Note(node.Place, "density 0 drops the whole task vector");
                if (number <= parameter.Most) return number;
                if (parameter.Saturates && number <= Slip * parameter.Most)
                {
                    Note(node.Place, string.Create(CultureInfo.InvariantCulture, $"'{parameter.Name}' {number} has the effect of {parameter.Most}"));
                    return parameter.Most;
                }
            }
        }
        throw WrongValue.Of($"'{parameter.Name}'", Wanted(parameter), node.Kind, node.Place);
    }

    static double? Flag(YamlScalar scalar) => YamlNumber.ParseFlag(scalar.Text) is { } flag ? flag ? 1 : 0 : YamlNumber.Parse(scalar.Text) is 0 or 1 ? YamlNumber.Parse(scalar.Text) : null;

    /// <summary>A bare truth value counts as a number, as in Python.</summary>
    static double? Truth(YamlScalar scalar) => scalar.Quoted ? null : scalar.Text switch { "true" or "True" or "TRUE" => 1, "false" or "False" or "FALSE" => 0, _ => null };

    static string Wanted(MethodParameter parameter)
    {
        if (parameter.Flag) return "true or false";
        var kind = parameter.Whole ? "a whole number" : "a number";
        return (parameter.Least > double.MinValue, parameter.Most < double.MaxValue) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} from {parameter.Least} to {parameter.Most}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at least {parameter.Least}"),
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at most {parameter.Most}"),
            _ => parameter.Whole ? "a whole number" : "a finite number",
        };
    }

    /// <summary>Whether a filter looks as if its author took it for a pattern.</summary>
    public static bool LooksLikePattern(string filter) => filter.AsSpan().ContainsAny(PatternCharacters);

    void Note(Place place, string text) => notes.Add($"{place}: {text}");
}
