using System.CommandLine;
using System.Text.Json;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Data.Tokenizers;

namespace MergeLab.Cli.Verbs;

/// <summary><c>tokenize</c>: JSON lines of texts or pairs in, JSON lines of encodings out.</summary>
static class TokenizeVerb
{
    /// <summary>Lines encoded together where padding does not need them all.</summary>
    const int BatchLines = 2_048;

    static readonly Option<string> tokenizer = TokenizerOptions.Tokenizer();
    static readonly Option<string> input = TokenizerOptions.Input("JSON lines: a string, or [text, pair]");
    static readonly Option<bool> noSpecialTokens = new("--no-special-tokens") { Description = "Put no special tokens around the text" };
    static readonly Option<int?> maxLength = new("--max-length") { Description = "Truncate to so many tokens, special ones included (default: no truncation, whatever the tokenizer's file says)", HelpName = "N" };
    static readonly Option<string?> padding = new("--padding") { Description = "longest: pad all to the longest (default: no padding, whatever the tokenizer's file says)", HelpName = "longest" };

    sealed record Line(int[] Ids, string[] Tokens, int[][] Offsets, int[] AttentionMask, int[] SpecialTokensMask, int[] TypeIds);

    public static Verb Create() => new("tokenize", "Turn texts into tokens, as a model's own tokenizer does",
        """echo '"the cat walks"' > texts.jsonl && mergelab tokenize --tokenizer models/base --input texts.jsonl --max-length 128""", Run)
    {
        tokenizer, input, noSpecialTokens, maxLength, padding,
    };

    static ExitCode Run(Invocation invocation)
    {
        var path = invocation.Get(tokenizer)!;
        var loaded = Tokenizer.Load(path);
        var settings = TokenizerSettings.Load(path);
        var options = new EncodeOptions
        {
            AddSpecialTokens = !invocation.Get(noSpecialTokens),
            Truncation = invocation.Get(maxLength) is { } length ? new Truncation(NotNegative(length), Direction: settings.TruncationSide) : null,
            Padding = invocation.Get(padding) switch
            {
                null => null,
                "longest" => settings.Padding(loaded, path),
                var other => throw new ProblemException($"--padding {other} is not known", remedy: "--padding longest"),
            },
            Threads = invocation.Threads,
        };
        foreach (var batch in JsonLines.Read(invocation.Get(input)!, "a string or [text, pair]", ReadInput).Chunk(options.Padding is null ? BatchLines : Array.MaxLength))
        {
            invocation.Cancellation.ThrowIfCancellationRequested();
            JsonLines.Write(invocation, loaded.EncodeBatch(batch, options).Select(ToLine));
        }
        return ExitCode.Done;
    }

    static int NotNegative(int length) => length >= 0 ? length : throw new ProblemException($"--max-length {length}: not a number of tokens", remedy: "give a whole number from 0");

    static TextInput? ReadInput(JsonElement line) => line switch
    {
        { ValueKind: JsonValueKind.String } => new TextInput(line.GetString()!),
        { ValueKind: JsonValueKind.Array } when line.GetArrayLength() == 2 && line.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String) => new TextInput(line[0].GetString()!, line[1].GetString()),
        _ => null,
    };

    static Line ToLine(Encoding e) => new(e.Ids, e.Tokens, [.. e.Offsets.Select(o => new[] { o.Start, o.End })], e.AttentionMask, e.SpecialTokensMask, e.TypeIds);
}
