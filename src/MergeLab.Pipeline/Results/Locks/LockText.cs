using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MergeLab.Results.Locks;

/// <summary>A lock as YAML: keys sorted, one line a leaf, so that a diff of two locks reads like a list of what changed.</summary>
public static partial class LockText
{
    public const int Schema = 1;

    static readonly JsonSerializerOptions json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(PipelineLock stages)
    {
        var text = new StringBuilder("# Written by mergelab; changes with accept.\n");
        Leaf(text, 0, "schema", Schema.ToString(CultureInfo.InvariantCulture));
        Leaf(text, 0, "experiment", Scalar(stages.Experiment));
        Map(text, 0, "tolerance", stages.Tolerance, (key, value) => Leaf(text, 1, key, value.ToString("R", CultureInfo.InvariantCulture)));
        Map(text, 0, "stages", stages.Stages, (id, stage) => Write(text, id, stage));
        return text.ToString();
    }

    static void Write(StringBuilder text, string id, LockedStage stage)
    {
        Head(text, 1, id);
        Leaf(text, 2, "code_version", stage.CodeVersion.ToString(CultureInfo.InvariantCulture));
        Map(text, 2, "inputs", stage.Inputs, (role, digest) => Leaf(text, 3, role, Scalar(digest)));
        Leaf(text, 2, "key", Scalar(stage.Key));
        Leaf(text, 2, "kind", Scalar(stage.Kind));
        Map(text, 2, "outputs", stage.Outputs, (file, digest) => Leaf(text, 3, file, Scalar(digest)));
        Map(text, 2, "parameters", stage.Parameters, (key, value) => Node(text, 3, key, value));
        if (stage.Runtime is not null) Leaf(text, 2, "runtime", Scalar(stage.Runtime));
    }

    static void Node(StringBuilder text, int depth, string key, JsonNode? value)
    {
        if (value is JsonObject inner) Map(text, depth, key, inner, (k, v) => Node(text, depth + 1, k, v));
        else Leaf(text, depth, key, value is JsonValue single && single.TryGetValue(out string? words) ? Scalar(words) : value?.ToJsonString(json) ?? "null");
    }

    static void Map<T>(StringBuilder text, int depth, string key, IEnumerable<KeyValuePair<string, T>> entries, Action<string, T> write)
    {
        var sorted = entries.OrderBy(e => e.Key, StringComparer.Ordinal).ToArray();
        if (sorted.Length == 0)
        {
            Leaf(text, depth, key, "{}");
            return;
        }
        Head(text, depth, key);
        foreach (var (name, value) in sorted) write(name, value);
    }

    static void Head(StringBuilder text, int depth, string key) => text.Append(' ', 2 * depth).Append(Scalar(key)).Append(":\n");

    static void Leaf(StringBuilder text, int depth, string key, string value) => text.Append(' ', 2 * depth).Append(Scalar(key)).Append(": ").Append(value).Append('\n');

    /// <summary>Plain where YAML cannot read it as anything but this text; else as a JSON string, which YAML reads too.</summary>
    static string Scalar(string text) =>
        Plain().IsMatch(text) && !Words().IsMatch(text) ? text : JsonSerializer.Serialize(text, json);

    [GeneratedRegex(@"\A[A-Za-z][\w./@=+-]*(:[\w./@=+-]+)?\z", RegexOptions.ECMAScript)]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A(null|true|false|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
