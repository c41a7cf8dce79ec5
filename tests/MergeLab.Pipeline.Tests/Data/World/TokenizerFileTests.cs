using System.Text.Json;
using MergeLab.Data.World;

namespace MergeLab.Pipeline.Tests.Data.World;

public class TokenizerFileTests
{
    static readonly JsonElement Tokenizer = JsonDocument.Parse(TokenizerFile.Tokenizer()).RootElement;

    [Fact]
    public void Its_ids_are_those_the_world_encodes_with()
    {
        var ids = Tokenizer.GetProperty("model").GetProperty("vocab").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32());
        Assert.Equal(Enumerable.Range(0, WorldVocabulary.Count), ids.Values.Order());
        Assert.Equal((0, 1, 2), (ids["<pad>"], ids["</s>"], ids["<unk>"]));
        Assert.Equal(WorldVocabulary.Count - 1, ids["<extra_id_0>"]);
        Assert.Equal([ids["mira"], ids["sold"], ids["<unk>"], ids["<extra_id_3>"], ids["</s>"]], WorldVocabulary.Encode("mira sold zebras <extra_id_3>"));
    }

    [Fact]
    public void Every_special_token_is_an_added_token_and_no_word_is()
    {
        var added = Tokenizer.GetProperty("added_tokens").EnumerateArray().Select(t => t.GetProperty("content").GetString()!).ToArray();
        Assert.Equal(WorldVocabulary.Tokens.Where(t => t.StartsWith('<')), added);
        Assert.Equal(3 + WorldVocabulary.Sentinels, added.Length);
    }

    [Fact]
    public void Words_hold_no_white_space_and_no_capitals() =>
        Assert.All(WorldVocabulary.Tokens, t => Assert.True(t.Length > 0 && t.All(c => c is > ' ' and < (char)127 and not (>= 'A' and <= 'Z')), t));
}
