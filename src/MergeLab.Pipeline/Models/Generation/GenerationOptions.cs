using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Json;

namespace MergeLab.Models.Generation;

/// <summary>When beam search gives up looking for better hypotheses.</summary>
public enum EarlyStopping
{
    /// <summary>When the best live beam, as it is, cannot beat the worst finished one.</summary>
    Heuristic,

    /// <summary>As soon as as many as there are beams have finished.</summary>
    WhenFull,

    /// <summary>When no live beam can, however long it becomes.</summary>
    Never,
}

/// <summary>
/// How text is generated, with the names and meanings of transformers 5. The sequence of a row begins with the start token, which
/// <see cref="MaxLength"/> and <see cref="MinLength"/> count.
/// </summary>
public sealed record GenerationOptions
{
    public const string FileName = "generation_config.json";

    const int DefaultNewTokens = 20;
    const int MostTokens = 1 << 16;
    const int MostBeams = 1 << 10;

    /// <summary>Comes before <see cref="MaxLength"/>.</summary>
    public int? MaxNewTokens { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>Comes before <see cref="MinLength"/>.</summary>
    public int? MinNewTokens { get; init; }

    public int MinLength { get; init; }

    /// <summary>Above 1, tokens that occurred become less likely; below, more.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>No n-gram of this length occurs twice in a row's sequence; 0 for no such limit.</summary>
    public int NoRepeatNgramSize { get; init; }

    public int Beams { get; init; } = 1;

    /// <summary>A finished hypothesis scores the sum of its log-probabilities divided by its length to this power.</summary>
    public double LengthPenalty { get; init; } = 1;

    public EarlyStopping EarlyStopping { get; init; }

    /// <summary>Best hypotheses given for each input.</summary>
    public int ReturnSequences { get; init; } = 1;

    public int StartId { get; init; }

    /// <summary>Fills rows that ended; the first end token where there is none.</summary>
    public int? PadId { get; init; }

    /// <summary>Tokens that end a row; none: rows end at the largest length.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>Tokens after the start token.</summary>
    internal int NewTokens => MaxNewTokens ?? (MaxLength is { } length ? length - 1 : DefaultNewTokens);

    /// <summary>Shortest sequence, with the start token, that may end.</summary>
    internal int LeastLength => MinNewTokens is { } n ? n + 1 : MinLength;

    /// <summary>These options where a model's <c>generation_config.json</c> says nothing else.</summary>
    /// <exception cref="ProblemException">A number is absurd.</exception>
    public GenerationOptions With(ModelConfig file, int vocabulary)
    {
        return this with
        {
            MaxNewTokens = Tokens("max_new_tokens", 1) ?? MaxNewTokens,
            MaxLength = Tokens("max_length", 2) ?? MaxLength,
            MinNewTokens = Tokens("min_new_tokens", 0) ?? MinNewTokens,
            MinLength = Tokens("min_length", 0) ?? MinLength,
            RepetitionPenalty = file.GetNumber("repetition_penalty", 1e-6, 1e6, RepetitionPenalty),
            NoRepeatNgramSize = file.GetInt("no_repeat_ngram_size", 0, MostTokens, NoRepeatNgramSize),
            Beams = file.GetInt("num_beams", 1, MostBeams, Beams),
            LengthPenalty = file.GetNumber("length_penalty", -100, 100, LengthPenalty),
            EarlyStopping = ReadEarlyStopping(file),
            ReturnSequences = file.GetInt("num_return_sequences", 1, MostBeams, ReturnSequences),
            StartId = file.GetInt("decoder_start_token_id", 0, vocabulary - 1, StartId),
            PadId = file.Has("pad_token_id") ? file.GetInt("pad_token_id", 0, vocabulary - 1) : PadId,
            EosIds = file.Has("eos_token_id") ? file.GetInts("eos_token_id", 0, vocabulary - 1) : EosIds,
        };

        int? Tokens(string key, int least) => file.Has(key) ? file.GetInt(key, least, MostTokens) : null;
    }

    /// <summary>Itself.</summary>
    /// <exception cref="ProblemException">An option is out of range, or two contradict each other.</exception>
    public GenerationOptions Checked(int vocabulary)
    {
        Range("max_new_tokens", MaxNewTokens ?? 1, 1, MostTokens);
        Range("max_length", MaxLength ?? 2, 2, MostTokens);
        Range("min_new_tokens", MinNewTokens ?? 0, 0, MostTokens);
        Range("min_length", MinLength, 0, MostTokens);
        Range("no_repeat_ngram_size", NoRepeatNgramSize, 0, MostTokens);
        Range("num_beams", Beams, 1, MostBeams);
        Range("num_return_sequences", ReturnSequences, 1, MostBeams);
        Range("decoder_start_token_id", StartId, 0, vocabulary - 1);
        Range("pad_token_id", PadId ?? 0, 0, vocabulary - 1);
        foreach (var id in EosIds) Range("eos_token_id", id, 0, vocabulary - 1);
        if (!(RepetitionPenalty > 0) || !double.IsFinite(RepetitionPenalty)) throw Bad("repetition_penalty", RepetitionPenalty, "a number above 0");
        if (!double.IsFinite(LengthPenalty)) throw Bad("length_penalty", LengthPenalty, "a finite number");
        if (ReturnSequences > Beams)
            throw new ProblemException($"num_return_sequences is {ReturnSequences}, but num_beams {Beams}", why: "a search with so many beams has no more hypotheses", remedy: "raise num_beams");
        return this;
    }

    EarlyStopping ReadEarlyStopping(ModelConfig file)
    {
        if (!file.Has("early_stopping")) return EarlyStopping;
        if (file.Root["early_stopping"] is { Kind: JsonKind.Text })
        {
            file.GetChoice("early_stopping", "never", "never");
            return EarlyStopping.Never;
        }
        return file.GetBool("early_stopping", false) ? EarlyStopping.WhenFull : EarlyStopping.Heuristic;
    }

    static void Range(string name, int value, int least, int most)
    {
        if (value < least || value > most) throw Bad(name, value, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
    }

    static ProblemException Bad(string name, double value, string wanted) => new(string.Create(CultureInfo.InvariantCulture, $"{name} {value}: not {wanted}"));
}
