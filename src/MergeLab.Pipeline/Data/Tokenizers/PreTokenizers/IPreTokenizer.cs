using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.PreTokenizers;

/// <summary>A range [Start, End) of a text on its way to the model; an added token has its id already (else −1).</summary>
readonly record struct Piece(NormalizedText Source, int Start, int End, int AddedId = Piece.NotAdded)
{
    public const int NotAdded = -1;

    public ReadOnlySpan<char> Span => Source.Text.AsSpan(Start, End - Start);

    public Piece Part(int start, int end) => this with { Start = Start + start, End = Start + end };
}

/// <summary>Splits a piece into smaller ones, in order. Empty ones are not wanted. Stateless.</summary>
interface IPreTokenizer
{
    void Split(Piece piece, List<Piece> output);
}

sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public void Split(Piece piece, List<Piece> output)
    {
        List<Piece> pieces = [piece];
        foreach (var step in steps)
        {
            var next = new List<Piece>(pieces.Count * 2);
            foreach (var part in pieces) step.Split(part, next);
            pieces = next;
        }
        output.AddRange(pieces);
    }
}
