using MergeLab.Core.Errors;

namespace MergeLab.Core.Json;

/// <summary>Byte offsets to lines and columns. Columns count UTF-16 units, as editors do, not bytes.</summary>
/// <param name="utf8">The text, without byte order mark.</param>
/// <param name="file">What messages call it.</param>
sealed class JsonPositions(byte[] utf8, string file)
{
    static readonly Position start = new(0, 1, 1);

    // Places are mostly asked for in order: each search goes on where the one before ended, so that many together cost one pass.
    // One reference, replaced whole: threads may ask at the same time.
    Position last = start;

    sealed record Position(int Offset, int Line, int Column);

    public string File => file;

    public Place At(int offset)
    {
        var from = last is var before && before.Offset <= offset ? before : start;
        var between = utf8.AsSpan(from.Offset, offset - from.Offset);
        var breaks = between.Count((byte)'\n');
        var inLine = System.Text.Encoding.UTF8.GetCharCount(between[(between.LastIndexOf((byte)'\n') + 1)..]);
        last = new Position(offset, from.Line + breaks, (breaks == 0 ? from.Column : 1) + inLine);
        return new Place(file, last.Line, last.Column);
    }

    /// <param name="line">From 0.</param>
    /// <param name="column">In bytes from 0.</param>
    public Place At(long line, long column)
    {
        var offset = 0;
        for (var i = 0L; i < line; i++) offset += utf8.AsSpan(offset).IndexOf((byte)'\n') + 1;
        return At((int)Math.Min(utf8.Length, offset + column));
    }
}
