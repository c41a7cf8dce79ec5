using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Core.Yaml;

namespace MergeLab.Merging.Recipes;

/// <summary>YAML to <see cref="TokenizerRequest"/> and <see cref="ChatTemplateRequest"/>.</summary>
static class TokenizerRequestReader
{
    const int MostPadding = 1 << 20;
    const int LeastTemplate = 20;

    public static TokenizerRequest? Tokenizer(YamlFields fields)
    {
        var (legacy, section) = (fields.Optional("tokenizer_source"), fields.Optional("tokenizer"));
        if (legacy is not null && section is not null)
            throw new ProblemException("both 'tokenizer_source' and 'tokenizer'", section.Place, "they are two ways to say the same", "keep 'tokenizer', with 'source' in it");
        if (legacy is not null)
        {
            var (source, model) = Source(legacy);
            return new TokenizerRequest(source, model, [], null, legacy.Place);
        }
        return section is null ? null : Section(section);
    }

    public static ChatTemplateRequest? ChatTemplate(YamlFields fields)
    {
        if (fields.Optional("chat_template") is not { } node) return null;
        var text = YamlFields.Text(node, "'chat_template'");
        if (text == "auto") return new ChatTemplateRequest(ChatTemplateKind.Auto, text, node.Place);
        if (ChatTemplateRequest.Names.Contains(text, StringComparer.Ordinal)) return new ChatTemplateRequest(ChatTemplateKind.Named, text, node.Place);
        if (text.Length >= LeastTemplate && text.Contains('{', StringComparison.Ordinal)) return new ChatTemplateRequest(ChatTemplateKind.Literal, text, node.Place);
        throw new ProblemException($"unknown chat template '{Excerpt.Of(text)}'", node.Place, $"the text of a template has at least {LeastTemplate} characters and a '{{'", Suggestion.For(text, [.. ChatTemplateRequest.Names, "auto"]));
    }

    static TokenizerRequest Section(YamlNode node)
    {
        var fields = new YamlFields(node, "'tokenizer'");
        var (source, model) = fields.Optional("source") is { } named ? Source(named) : (VocabularySource.Union, null);
        var padding = fields.WholeNumber("pad_to_multiple_of", 1, MostPadding);
        var tokens = fields.Optional("tokens");
        fields.RefuseUnknown();
        if (tokens is null) return new TokenizerRequest(source, model, [], padding, node.Place);
        var map = tokens as YamlMap ?? throw WrongValue.Of("'tokens'", "a mapping from tokens to their sources", tokens.Kind, tokens.Place);
        return new TokenizerRequest(source, model, [.. map.Entries.Select(Token)], padding, node.Place);
    }

    static (VocabularySource, ModelReference?) Source(YamlNode node) => node is YamlScalar { Text: "union" } ? (VocabularySource.Union, null)
        : node is YamlScalar { Text: "base" } ? (VocabularySource.Base, null)
        : (VocabularySource.Model, ModelReference.Read(node));

    static TokenRequest Token(YamlEntry entry)
    {
        if (entry.Key.Length == 0) throw new ProblemException("an empty token", entry.KeyPlace, remedy: "write the token's text");
        var fields = new YamlFields(entry.Value, $"the token '{Excerpt.Of(entry.Key)}'");
        var source = fields.Optional("source") is { } node ? Row(node) : null;
        var force = fields.Optional("force") is { } flag && Flag(flag);
        fields.RefuseUnknown();
        return new TokenRequest(entry.Key, source, force, entry.KeyPlace);
    }

    static TokenRow Row(YamlNode node)
    {
        if (node is not YamlMap map || map.Find("kind") is null) return new TokenRow.OfModel(ModelReference.Read(node));
        var fields = new YamlFields(node, "a token's source");
        if (fields.Choice("kind", ["zero", "model_token"]) is not "model_token")
        {
            fields.RefuseUnknown();
            return new TokenRow.Zero();
        }
        var model = ModelReference.Read(fields.Required("model"));
        var (token, id) = (fields.Text("token"), fields.WholeNumber("token_id", 0, int.MaxValue));
        fields.RefuseUnknown();
        if (token is null == id is null)
            throw new ProblemException(token is null ? "a model_token without 'token' or 'token_id'" : "a model_token with both 'token' and 'token_id'", node.Place, remedy: "give exactly one of the two");
        return new TokenRow.OfToken(model, token, id);
    }

    static bool Flag(YamlNode node) => node is YamlScalar { IsNull: false } scalar && YamlNumber.ParseFlag(scalar.Text) is { } flag ? flag
        : throw WrongValue.Of("'force'", "true or false", node.Kind, node.Place);
}
