using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Merging.Tests.Vocabularies;

public sealed class TokenizerFuzzTests : IDisposable
{
    const string Tokenizer = """
        {"added_tokens": [{"id": 5, "content": "<x>", "special": true}, {"id": 0, "content": "a"}],
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "é": 3, "abé": 4}, "merges": ["a b", ["ab", "é"]]}}
        """;

    const string Settings = """{"eos_token": "<x>", "added_tokens_decoder": {"5": {"content": "<x>"}}, "chat_template": "old"}""";

    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Whatever_a_tokenizer_holds_is_used_or_refused_by_name()
    {
        var random = new Random(1);
        var (used, refused) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            File.WriteAllBytes(scratch.File("tokenizer.json"), Damaged(Tokenizer, random));
            File.WriteAllBytes(scratch.File("tokenizer_config.json"), round % 2 == 0 ? Encoding.UTF8.GetBytes(Settings) : Damaged(Settings, random));
            try
            {
                var vocabulary = new OutputVocabulary(TokenizerFile.Find(scratch.Path, 4)!);
                vocabulary.Append(AddedToken.Plain(0, "new"));
                Assert.NotEmpty(TokenizerFiles.Of(null, vocabulary, "{{ template }}", null));
                used++;
            }
            catch (ProblemException e)
            {
                Assert.StartsWith(scratch.Path, e.Problem.Where!.File, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(used > 50 && refused > 50, $"{used} used, {refused} refused");
    }

    /// <summary>One or two characters replaced, doubled or cut off.</summary>
    static byte[] Damaged(string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)"0123456789[]{},:\"\\-.x "[random.Next(22)]; break;
                case 1: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 20), bytes.Count - at))); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 10), bytes.Count - at)); break;
                default: bytes[at] = (byte)random.Next(256); break;
            }
            if (bytes.Count == 0) bytes.Add(0);
        }
        return [.. bytes];
    }
}
