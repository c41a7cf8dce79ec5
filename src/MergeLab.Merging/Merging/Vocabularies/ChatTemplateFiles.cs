using MergeLab.Checkpoints;
using MergeLab.Core.Json;

namespace MergeLab.Merging.Vocabularies;

/// <summary>Finds the chat template of a model folder.</summary>
static class ChatTemplateFiles
{
    public const string Jinja = "chat_template.jinja";
    public const string Json = "chat_template.json";

    /// <summary>More than any published template has.</summary>
    const int Longest = 1 << 20;

    /// <summary>In the order in which the transformers library looks; of several named templates the one named default. Null for none.</summary>
    public static string? Find(string folder)
    {
        var jinja = Path.Combine(folder, Jinja);
        if (File.Exists(jinja) && new FileInfo(jinja).Length <= Longest) return File.ReadAllText(jinja);
        return new[] { Json, TokenizerSettings.FileName }.Select(n => Path.Combine(folder, n)).Where(File.Exists).Select(InJson).FirstOrDefault(t => t is not null);
    }

    static string? InJson(string path)
    {
        if (JsonFile.Read(path).Root is not { IsObject: true } root || root.Find("chat_template") is not { } template) return null;
        return template.Kind switch
        {
            JsonKind.Text => template.AsString(),
            JsonKind.Map => template.Find("default")?.AsString(),
            JsonKind.List => template.Items().Where(t => t.IsObject && t.Find("name")?.AsString() == "default").Select(t => t.Get("template").AsString()).FirstOrDefault(),
            _ => null,
        };
    }
}
