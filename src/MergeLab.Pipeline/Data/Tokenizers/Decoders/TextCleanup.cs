namespace MergeLab.Data.Tokenizers.Decoders;

/// <summary>Takes back the spaces that splitting put around English punctuation and contractions.</summary>
public static class TextCleanup
{
    static readonly (string From, string To)[] punctuation = [(" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m")];
    static readonly (string From, string To)[] contractions = [(" 's", "'s"), (" 've", "'ve"), (" 're", "'re")];

    /// <summary>transformers' <c>clean_up_tokenization_spaces</c>: plain replacements, one after the other.</summary>
    public static string OfText(string text) => Apply(Apply(text, punctuation), contractions);

    /// <summary>What the WordPiece decoder does to each token by itself; it knows one contraction more.</summary>
    internal static string OfPiece(string piece) =>
        piece.Contains(' ') ? Apply(Apply(piece, punctuation).Replace(" do not", " don't", StringComparison.Ordinal), contractions) : piece;

    static string Apply(string text, (string From, string To)[] rules) => rules.Aggregate(text, (t, rule) => t.Replace(rule.From, rule.To, StringComparison.Ordinal));
}
