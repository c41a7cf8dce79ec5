using System.Text.Encodings.Web;
using System.Text.Json;

namespace MergeLab.Data.World;

/// <summary>A task's validation and test rows as JSON lines: what experiments read.</summary>
public static class TaskFile
{
    public const int ValidationRows = 200, TestRows = 500, HeldOutTestRows = 2000;

    static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Name(WorldTask task) => task.Name + ".jsonl";

    public static int Count(WorldTask task, Split split) =>
        split == Split.Validation ? ValidationRows : ReferenceEquals(task, TaskTable.HeldOut) ? HeldOutTestRows : TestRows;

    /// <summary>Test rows first, then validation rows.</summary>
    public static byte[] Bytes(WorldTask task, ulong seed)
    {
        using var stream = new MemoryStream();
        foreach (var split in new[] { Split.Test, Split.Validation })
        {
            var row = 0;
            foreach (var example in task.Rows(seed, split, Count(task, split)))
            {
                using (var json = new Utf8JsonWriter(stream, Form)) Write(json, example, split, row++);
                stream.WriteByte((byte)'\n');
            }
        }
        return stream.ToArray();
    }

    static void Write(Utf8JsonWriter json, Example example, Split split, int row)
    {
        var name = split == Split.Test ? "test" : "validation";
        json.WriteStartObject();
        json.WriteString("id", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}-{row:0000}"));
        json.WriteString("split", name);
        json.WriteNumber("level", example.Level);
        json.WriteString("input", example.Input);
        json.WriteString("target", example.Target);
        if (example.Choices is not null)
        {
            json.WriteStartArray("choices");
            foreach (var choice in example.Choices) json.WriteStringValue(choice);
            json.WriteEndArray();
            json.WriteNumber("label", example.Label);
        }
        json.WriteEndObject();
    }
}
