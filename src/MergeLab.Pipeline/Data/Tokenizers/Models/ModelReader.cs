using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.Models;

static class ModelReader
{
    static readonly Dictionary<string, Func<JsonCursor, ITokenModel>> known = new()
    {
        ["WordLevel"] = WordLevel.Read,
    };

    public static ITokenModel Read(JsonCursor at) => Component.Read(at, "model type", known);
}
