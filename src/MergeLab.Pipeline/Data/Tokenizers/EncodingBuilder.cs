using MergeLab.Data.Tokenizers.Models;
using MergeLab.Data.Tokenizers.PreTokenizers;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers;

/// <summary>Collects the tokens of one sequence.</summary>
sealed class EncodingBuilder
{
    readonly List<int> ids = [];
    readonly List<string> tokens = [];
    readonly List<Offset> offsets = [];
    readonly List<int> words = [];

    /// <param name="piece">Where the token lies.</param>
    /// <param name="token">The token, with its range in the piece.</param>
    /// <param name="codePoints">Of the original text.</param>
    /// <param name="word">The piece's index, or that of the word given.</param>
    public void Add(Piece piece, ModelToken token, CodePointOffsets? codePoints, int word)
    {
        var range = piece.Source.Original(piece.Start + token.Start, piece.Start + token.End);
        ids.Add(token.Id);
        tokens.Add(token.Text);
        offsets.Add(codePoints is null ? new Offset(range.Start, range.End) : new Offset(codePoints[range.Start], codePoints[range.End]));
        words.Add(word);
    }

    public Encoding Build(int sequence)
    {
        var length = ids.Count;
        return new Encoding
        {
            Ids = [.. ids],
            Tokens = [.. tokens],
            Offsets = [.. offsets],
            AttentionMask = Encoding.Repeat(1, length),
            SpecialTokensMask = new int[length],
            TypeIds = Encoding.Repeat(sequence, length),
            Words = [.. words],
            Sequences = Encoding.Repeat(sequence, length),
        };
    }
}
