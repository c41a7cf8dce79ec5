using System.CommandLine;
using System.Globalization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Models.Generation;

namespace MergeLab.Cli.Verbs;

/// <summary>transformers' generation options as flags, in kebab case. What is not given is the model's own.</summary>
static class GenerationFlags
{
    static readonly Option<int?> MaxNewTokens = Number("--max-new-tokens", "Tokens after the start token, at most (default 20)");
    static readonly Option<int?> MaxLength = Number("--max-length", "The same, start token included; --max-new-tokens comes first");
    static readonly Option<int?> MinNewTokens = Number("--min-new-tokens", "Tokens after the start token before a sequence may end");
    static readonly Option<int?> MinLength = Number("--min-length", "The same, start token included; --min-new-tokens comes first");
    static readonly Option<double?> RepetitionPenalty = Real("--repetition-penalty", "Above 1, tokens that occurred become less likely");
    static readonly Option<int?> NoRepeatNgramSize = Number("--no-repeat-ngram-size", "No n-gram of this length occurs twice; 0: no such limit");
    static readonly Option<int?> Beams = Number("--num-beams", "Beams; 1: greedy search");
    static readonly Option<double?> LengthPenalty = Real("--length-penalty", "Power of the length by which beam scores are divided");
    static readonly Option<string?> EarlyStopping = new("--early-stopping") { Description = "When beam search ends: true, false or never", HelpName = "WHEN" };
    static readonly Option<int?> ReturnSequences = Number("--num-return-sequences", "Best beams given for each input");
    static readonly Option<int?> StartId = Number("--decoder-start-token-id", "First token of every sequence");
    static readonly Option<int?> PadId = Number("--pad-token-id", "Fills sequences that ended");
    static readonly Option<int[]> EosIds = new("--eos-token-id") { Description = "Ends a sequence; may be given several times", HelpName = "ID", DefaultValueFactory = _ => [] };

    public static IEnumerable<Option> All =>
    [
        MaxNewTokens, MaxLength, MinNewTokens, MinLength, RepetitionPenalty, NoRepeatNgramSize, Beams, LengthPenalty, EarlyStopping, ReturnSequences, StartId, PadId, EosIds,
    ];

    public static GenerationOptions Apply(Invocation invocation, GenerationOptions defaults) => defaults with
    {
        // A limit on the command line replaces the model's, whichever of the two forms either has.
        MaxNewTokens = invocation.Get(MaxNewTokens) ?? (invocation.Get(MaxLength) is null ? defaults.MaxNewTokens : null),
        MaxLength = invocation.Get(MaxLength) ?? defaults.MaxLength,
        MinNewTokens = invocation.Get(MinNewTokens) ?? (invocation.Get(MinLength) is null ? defaults.MinNewTokens : null),
        MinLength = invocation.Get(MinLength) ?? defaults.MinLength,
        RepetitionPenalty = invocation.Get(RepetitionPenalty) ?? defaults.RepetitionPenalty,
        NoRepeatNgramSize = invocation.Get(NoRepeatNgramSize) ?? defaults.NoRepeatNgramSize,
        Beams = invocation.Get(Beams) ?? defaults.Beams,
        LengthPenalty = invocation.Get(LengthPenalty) ?? defaults.LengthPenalty,
        EarlyStopping = invocation.Get(EarlyStopping)?.ToLower(CultureInfo.InvariantCulture) switch
        {
            null => defaults.EarlyStopping,
            "true" => Models.Generation.EarlyStopping.WhenFull,
            "false" => Models.Generation.EarlyStopping.Heuristic,
            "never" => Models.Generation.EarlyStopping.Never,
            var other => throw new ProblemException($"--early-stopping {other}: not known", remedy: "true, false or never"),
        },
        ReturnSequences = invocation.Get(ReturnSequences) ?? defaults.ReturnSequences,
        StartId = invocation.Get(StartId) ?? defaults.StartId,
        PadId = invocation.Get(PadId) ?? defaults.PadId,
        EosIds = invocation.Get(EosIds) is { Length: > 0 } ids ? ids : defaults.EosIds,
    };

    static Option<int?> Number(string name, string description) => new(name) { Description = description, HelpName = "N" };

    static Option<double?> Real(string name, string description) => new(name) { Description = description, HelpName = "X" };
}
