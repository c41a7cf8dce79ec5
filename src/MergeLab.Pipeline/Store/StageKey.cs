using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace MergeLab.Store;

/// <summary>
/// The identity of a stage's result: everything that can change a bit of it, and nothing else. Names, paths, threads, host and the cache's
/// place are not in it, so that the same work is found again under another name.
/// </summary>
public sealed class StageKey
{
    /// <summary>Raised when the meaning of a field changes; older entries are then no longer found.</summary>
    public const int Schema = 1;

    /// <param name="kind">Kind of stage; names a folder of the cache.</param>
    /// <param name="codeVersion">Of the kind.</param>
    /// <param name="parameters">All parameters that the result depends on.</param>
    /// <param name="inputs">Digest of each input, by the role it plays.</param>
    /// <param name="runtime">The numeric runtime, for kinds whose results depend on it.</param>
    public StageKey(string kind, int codeVersion, JsonObject parameters, IReadOnlyDictionary<string, string> inputs, string? runtime = null)
    {
        (Kind, CodeVersion, Parameters, Runtime) = (kind, codeVersion, parameters.DeepClone().AsObject(), runtime);
        Inputs = inputs.ToFrozenDictionary(StringComparer.Ordinal);
        Hash = Digests.OfBytes(CanonicalJson.Bytes(Fields()));
    }

    public string Kind { get; }
    public int CodeVersion { get; }
    public JsonObject Parameters { get; }
    public IReadOnlyDictionary<string, string> Inputs { get; }
    public string? Runtime { get; }

    /// <summary>64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>The fields as they are hashed; without a runtime there is no such field.</summary>
    public JsonObject Fields()
    {
        var inputs = new JsonObject();
        foreach (var (role, digest) in Inputs.OrderBy(i => i.Key, StringComparer.Ordinal)) inputs[role] = digest;
        var fields = new JsonObject
        {
            ["schema"] = Schema,
            ["kind"] = Kind,
            ["codeVersion"] = CodeVersion,
            ["parameters"] = Parameters.DeepClone(),
            ["inputs"] = inputs,
        };
        if (Runtime is not null) fields["runtime"] = Runtime;
        return fields;
    }

    public override string ToString() => $"{Kind}/{Hash}";
}
