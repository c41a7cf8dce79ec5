using System.CommandLine;
using System.Text.Json;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Data.Tokenizers;

namespace MergeLab.Cli.Verbs;

/// <summary><c>detokenize</c>: JSON lines of ids in, JSON lines of texts out.</summary>
static class DetokenizeVerb
{
    static readonly Option<string> tokenizer = TokenizerOptions.Tokenizer();
    static readonly Option<string> input = TokenizerOptions.Input("JSON lines: an array of ids");
    static readonly Option<bool> skipSpecialTokens = new("--skip-special-tokens") { Description = "Leave special tokens out" };

    public static Verb Create() => new("detokenize", "Turn token ids back into text; ids that do not exist are skipped",
        "echo '[2, 175, 154, 3]' > ids.jsonl && mergelab detokenize --tokenizer models/base --input ids.jsonl --skip-special-tokens", Run)
    {
        tokenizer, input, skipSpecialTokens,
    };

    static ExitCode Run(Invocation invocation)
    {
        var loaded = Tokenizer.Load(invocation.Get(tokenizer)!);
        var skip = invocation.Get(skipSpecialTokens);
        JsonLines.Write(invocation, JsonLines.Read<int[]>(invocation.Get(input)!, "an array of ids", ReadIds).Select(ids => loaded.Decode(ids, skip)));
        return ExitCode.Done;
    }

    static int[]? ReadIds(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Array) return null;
        var ids = new int[line.GetArrayLength()];
        var i = 0;
        foreach (var item in line.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out ids[i++])) return null;
        return ids;
    }
}
