using MergeLab.Core.Json;

namespace MergeLab.Data.Tokenizers.PostProcessors;

static class PostProcessorReader
{
    static readonly Dictionary<string, Func<JsonCursor, IPostProcessor>> known = new()
    {
        ["TemplateProcessing"] = TemplateProcessing.Read,
        ["BertProcessing"] = BertProcessing.Read,
        ["RobertaProcessing"] = RobertaProcessing.Read,
        // Several that put tokens in cannot follow each other; the others come with byte-level models.
        ["Sequence"] = at => at.Get("processors").Items().ToList() is [var only] ? Read(only) : throw at.Problem("a Sequence of several post-processors is not supported yet; supported: one"),
    };

    public static IPostProcessor Read(JsonCursor at) => Component.Read(at, "post-processor", known);
}
