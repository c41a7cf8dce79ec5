using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeLab.Checkpoints;

namespace MergeLab.Merging.Vocabularies;

/// <summary>The files beside <c>tokenizer.json</c> that repeat parts of it: brought into agreement with it.</summary>
static class TokenizerSettings
{
    public const string FileName = "tokenizer_config.json";

    static readonly JsonSerializerOptions Form = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>tokenizer_config.json</c> with other added tokens and another chat template, where it names them at all.</summary>
    /// <param name="path">The file to start from.</param>
    /// <param name="added">Null leaves them.</param>
    /// <param name="chatTemplate">Null leaves it.</param>
    public static string Patch(string path, IReadOnlyList<AddedToken>? added, string? chatTemplate)
    {
        _ = ModelConfig.Read(path); // within the limits, and an object
        var settings = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        if (added is not null && settings.ContainsKey("added_tokens_decoder")) settings["added_tokens_decoder"] = Decoder(added);
        if (chatTemplate is not null && settings.ContainsKey("chat_template")) settings["chat_template"] = chatTemplate;
        return settings.ToJsonString(Form) + "\n";
    }

    /// <summary><c>added_tokens.json</c>, which slow tokenizers read: ids of added tokens by their text.</summary>
    public static string AddedIds(OutputVocabulary vocabulary)
    {
        var ids = new JsonObject();
        foreach (var token in vocabulary.Added) ids[token.Content] = token.Id;
        return ids.ToJsonString(Form) + "\n";
    }

    /// <summary>The fields of an added token, all but its id.</summary>
    public static void Write(Utf8JsonWriter writer, AddedToken token)
    {
        writer.WriteString("content", token.Content);
        writer.WriteBoolean("single_word", token.SingleWord);
        writer.WriteBoolean("lstrip", token.LeftStrip);
        writer.WriteBoolean("rstrip", token.RightStrip);
        writer.WriteBoolean("normalized", token.Normalized);
        writer.WriteBoolean("special", token.Special);
    }

    static JsonObject Decoder(IReadOnlyList<AddedToken> added)
    {
        var decoder = new JsonObject();
        foreach (var token in added)
        {
            decoder[token.Id.ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["content"] = token.Content,
                ["lstrip"] = token.LeftStrip,
                ["normalized"] = token.Normalized,
                ["rstrip"] = token.RightStrip,
                ["single_word"] = token.SingleWord,
                ["special"] = token.Special,
            };
        }
        return decoder;
    }
}
