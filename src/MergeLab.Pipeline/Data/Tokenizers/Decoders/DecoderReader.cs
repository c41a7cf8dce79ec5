using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.Decoders;

static class DecoderReader
{
    static readonly Dictionary<string, Func<JsonCursor, IDecoder>> known = new()
    {
        ["WordPiece"] = at => new WordPieceDecoder(at.Find("prefix")?.AsString() ?? "##", Component.Flag(at, "cleanup", true)),
        ["BPEDecoder"] = at => new BpeDecoder(at.Find("suffix")?.AsString() ?? "</w>"),
        ["Fuse"] = _ => new Fuse(),
        ["Strip"] = at => new StripDecoder(Component.OneCharacter(at.Get("content")), at.Find("start")?.AsInt() ?? 0, at.Find("stop")?.AsInt() ?? 0),
        ["Replace"] = at => new ReplaceDecoder(Component.LiteralPattern(at), at.Get("content").AsString()),
        ["Sequence"] = at => new DecoderSequence([.. at.Get("decoders").Items().Select(Read)]),
    };

    public static IDecoder Read(JsonCursor at) => Component.Read(at, "decoder", known);
}
