using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeLab.Experiments;

/// <summary>The JSON schema of experiment files, for editors. Rules that bind names together are left to the reader.</summary>
public static class ExperimentSchema
{
    /// <summary>Where it lies in the repository.</summary>
    public const string File = "experiments/schema/experiment.schema.json";

    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as the committed file has it.</summary>
    public static string Text()
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "MergeLab experiment" };
        foreach (var (key, value) in ExperimentShape.Root.Schema()) schema[key] = value?.DeepClone();
        return schema.ToJsonString(Options) + "\n";
    }
}
