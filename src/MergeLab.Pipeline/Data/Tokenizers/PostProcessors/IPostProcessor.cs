namespace MergeLab.Data.Tokenizers.PostProcessors;

/// <summary>Puts special tokens around one or two encoded texts. Stateless.</summary>
interface IPostProcessor
{
    /// <summary>Number of tokens that are put in.</summary>
    int AddedTokens(bool pair);

    /// <summary>Ids it may put in: they must exist.</summary>
    IEnumerable<(int Id, string Token)> SpecialTokens { get; }

    /// <summary>The parts that, one after the other, are the result.</summary>
    IReadOnlyList<Encoding> Process(Encoding first, Encoding? second, bool addSpecialTokens);
}
