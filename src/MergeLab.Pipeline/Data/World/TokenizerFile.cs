using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeLab.Data.World;

/// <summary>The vocabulary in Hugging Face's form: a WordLevel <c>tokenizer.json</c> and its <c>tokenizer_config.json</c>.</summary>
public static class TokenizerFile
{
    static readonly JsonSerializerOptions Form = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Tokenizer()
    {
        var vocabulary = new JsonObject();
        var added = new JsonArray();
        for (var id = 0; id < WorldVocabulary.Count; id++)
        {
            var token = WorldVocabulary.Tokens[id];
            vocabulary.Add(token, id);
            if (token.StartsWith('<'))
            {
                added.Add(new JsonObject
                {
                    ["id"] = id,
                    ["content"] = token,
                    ["single_word"] = false,
                    ["lstrip"] = false,
                    ["rstrip"] = false,
                    ["normalized"] = false,
                    ["special"] = true,
                });
            }
        }
        var end = WorldVocabulary.Tokens[WorldVocabulary.End];
        return Bytes(new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "WhitespaceSplit" },
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(Sequence("A"), Special(end)),
                ["pair"] = new JsonArray(Sequence("A"), Special(end), Sequence("B"), Special(end)),
                ["special_tokens"] = new JsonObject
                {
                    [end] = new JsonObject { ["id"] = end, ["ids"] = new JsonArray(WorldVocabulary.End), ["tokens"] = new JsonArray(end) },
                },
            },
            ["decoder"] = null,
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = WorldVocabulary.Tokens[WorldVocabulary.Unknown] },
        });
    }

    public static byte[] Configuration()
    {
        var sentinels = new JsonArray();
        foreach (var token in WorldVocabulary.Tokens.Where(t => t.StartsWith("<extra_id_", StringComparison.Ordinal)).Reverse()) sentinels.Add(token);
        return Bytes(new JsonObject
        {
            ["additional_special_tokens"] = sentinels,
            ["clean_up_tokenization_spaces"] = false,
            ["eos_token"] = WorldVocabulary.Tokens[WorldVocabulary.End],
            ["model_max_length"] = WorldTask.InputTokens,
            ["pad_token"] = WorldVocabulary.Tokens[WorldVocabulary.Pad],
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["unk_token"] = WorldVocabulary.Tokens[WorldVocabulary.Unknown],
        });
    }

    static JsonObject Sequence(string id) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };

    static JsonObject Special(string id) => new() { ["SpecialToken"] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };

    internal static byte[] Bytes(JsonNode document) => Encoding.UTF8.GetBytes(document.ToJsonString(Form) + "\n");
}
