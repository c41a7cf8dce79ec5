using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.PreTokenizers;

/// <summary>Splits at white space, which is dropped.</summary>
sealed class WhitespaceSplit : IPreTokenizer
{
    public void Split(Piece piece, List<Piece> output)
    {
        var text = piece.Span;
        for (var i = 0; i < text.Length;)
        {
            if (CodePoint.IsSpace(text[i]))
            {
                i++;
                continue;
            }
            var start = i;
            while (i < text.Length && !CodePoint.IsSpace(text[i])) i++;
            output.Add(piece.Part(start, i));
        }
    }
}

/// <summary>Runs of word characters, and runs of what is neither those nor white space (<c>\w+|[^\w\s]+</c>).</summary>
sealed class Whitespace : IPreTokenizer
{
    public void Split(Piece piece, List<Piece> output)
    {
        var text = piece.Span;
        for (var i = 0; i < text.Length;)
        {
            if (CodePoint.IsSpace(text[i]))
            {
                i++;
                continue;
            }
            var start = i;
            var word = CodePoint.IsWord(CodePoint.At(text, i, out var length));
            for (i += length; i < text.Length && !CodePoint.IsSpace(text[i]); i += length)
                if (CodePoint.IsWord(CodePoint.At(text, i, out length)) != word) break;
            output.Add(piece.Part(start, i));
        }
    }
}
