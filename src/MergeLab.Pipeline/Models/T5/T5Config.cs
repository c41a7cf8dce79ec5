using System.Globalization;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Models.Common;

namespace MergeLab.Models.T5;

/// <summary>
/// The numbers of a T5 model (Raffel et al. 2020), from <c>config.json</c> as it is on the hub or as transformers 5 writes it.
/// </summary>
public sealed record T5Config
{
    const int Most = 1 << 20;

    public const string ModelType = "t5";

    public required int VocabularySize { get; init; }

    /// <summary>d_model: width of the hidden states.</summary>
    public required int Width { get; init; }

    /// <summary>d_kv: width of one head; heads·d_kv need not be d_model.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>d_ff: width inside the feed-forward layers.</summary>
    public required int FeedForwardWidth { get; init; }

    public required int Heads { get; init; }

    public required int EncoderLayers { get; init; }

    public required int DecoderLayers { get; init; }

    /// <summary>Buckets of relative positions.</summary>
    public int Buckets { get; init; } = 32;

    /// <summary>All distances from here on share the last bucket.</summary>
    public int MaxDistance { get; init; } = 128;

    /// <summary>Name of the activation; <c>gelu_new</c> for <c>gated-gelu</c>.</summary>
    public string ActivationName { get; init; } = "relu";

    /// <summary>v1.1: act(xW₀ᵀ)⊙xW₁ᵀ in place of act(xWᵀ).</summary>
    public bool Gated { get; init; }

    /// <summary>v1.0: the decoder's states are multiplied by d_model^-0.5 before the head.</summary>
    public bool ScaledHead { get; init; } = true;

    /// <summary>The config says in so many words that the head has weights of its own.</summary>
    public bool UntiedHead { get; init; }

    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Trained with; nothing is dropped unless a pass asks for it.</summary>
    public double Dropout { get; init; } = 0.1;

    public double InitialFactor { get; init; } = 1;

    public int PadId { get; init; }

    public int StartId { get; init; }

    public int EosId { get; init; } = 1;

    /// <param name="config">A model's config.</param>
    /// <exception cref="ProblemException">A number is missing or absurd, or the activation is unknown.</exception>
    public static T5Config Read(ModelConfig config)
    {
        var vocabulary = config.GetInt("vocab_size", 1, 1 << 24);
        var layers = config.GetInt("num_layers", 1, 1024);
        var buckets = config.GetInt("relative_attention_num_buckets", 4, 4096, 32);
        var (activation, gated) = ReadActivation(config);
        var tied = config.GetBool("tie_word_embeddings", true);
        var pad = config.GetInt("pad_token_id", 0, vocabulary - 1, 0);
        return new T5Config
        {
            VocabularySize = vocabulary,
            Width = config.GetInt("d_model", 1, 1 << 16),
            HeadWidth = config.GetInt("d_kv", 1, 1 << 14),
            FeedForwardWidth = config.GetInt("d_ff", 1, Most),
            Heads = config.GetInt("num_heads", 1, 1 << 12),
            EncoderLayers = layers,
            DecoderLayers = config.GetInt("num_decoder_layers", 1, 1024, layers),
            Buckets = buckets,
            MaxDistance = ReadMaxDistance(config, buckets),
            ActivationName = activation,
            Gated = gated,
            // transformers 5 writes tie_word_embeddings: true for every T5 and says here what it used to say.
            ScaledHead = config.GetBool("scale_decoder_outputs", tied),
            UntiedHead = !tied,
            Epsilon = config.GetNumber("layer_norm_epsilon", 0, 1, 1e-6),
            Dropout = config.GetNumber("dropout_rate", 0, 0.999, 0.1),
            InitialFactor = config.GetNumber("initializer_factor", 0, 1e6, 1),
            PadId = pad,
            StartId = config.GetInt("decoder_start_token_id", 0, vocabulary - 1, pad),
            // Lists occur in generation_config.json; the first is the one the model itself knows.
            EosId = config.GetInts("eos_token_id", 0, vocabulary - 1) is [var first, ..] ? first : 1,
        };
    }

    /// <summary>The text of a <c>config.json</c> that means this model, readable by transformers 4 and 5.</summary>
    public string ToJson()
    {
        var fields = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["architectures"] = new[] { "T5ForConditionalGeneration" },
            ["model_type"] = ModelType,
            ["vocab_size"] = VocabularySize,
            ["d_model"] = Width,
            ["d_kv"] = HeadWidth,
            ["d_ff"] = FeedForwardWidth,
            ["num_heads"] = Heads,
            ["num_layers"] = EncoderLayers,
            ["num_decoder_layers"] = DecoderLayers,
            ["relative_attention_num_buckets"] = Buckets,
            ["relative_attention_max_distance"] = MaxDistance,
            ["feed_forward_proj"] = !Gated ? ActivationName : ActivationName == "gelu_new" ? "gated-gelu" : $"gated-{ActivationName}",
            ["tie_word_embeddings"] = !UntiedHead,
            ["scale_decoder_outputs"] = ScaledHead,
            ["layer_norm_epsilon"] = Epsilon,
            ["dropout_rate"] = Dropout,
            ["initializer_factor"] = InitialFactor,
            ["is_encoder_decoder"] = true,
            ["pad_token_id"] = PadId,
            ["decoder_start_token_id"] = StartId,
            ["eos_token_id"] = EosId,
        };
        return JsonSerializer.Serialize(fields, Indented) + "\n";
    }

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    static int ReadMaxDistance(ModelConfig config, int buckets)
    {
        var distance = config.GetInt("relative_attention_max_distance", 1, Most, 128);
        // The decoder has a bucket for each distance below half their number; logarithmic ones need room beyond.
        if (distance > buckets / 2) return distance;
        throw new ProblemException(string.Create(CultureInfo.InvariantCulture, $"'relative_attention_max_distance' must be more than {buckets / 2}"),
            config.PlaceOf("relative_attention_max_distance"), $"it is {distance}, with {buckets} buckets half of which hold one distance each");
    }

    static (string Name, bool Gated) ReadActivation(ModelConfig config)
    {
        var text = config.GetText("feed_forward_proj", "relu")!;
        var gated = text.StartsWith("gated-", StringComparison.Ordinal);
        var name = gated ? text[6..] : text;
        // A historical name: T5 v1.1 was trained with the tanh form.
        if (text == "gated-gelu") name = "gelu_new";
        if (Activation.Find(name) is not null) return (name, gated);
        throw new ProblemException($"'feed_forward_proj': '{text}' is not known here", config.PlaceOf("feed_forward_proj"),
            remedy: Suggestion.For(text, ["gated-gelu", .. Activation.Names, .. Activation.Names.Select(n => "gated-" + n)]));
    }
}
