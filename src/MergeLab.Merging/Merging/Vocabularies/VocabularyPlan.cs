using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Merging.Vocabularies;

/// <summary>
/// The vocabulary of a merge whose recipe asks for one: the tokens of the result, and for each model which of its rows each of them is.
/// </summary>
public sealed class VocabularyPlan
{
    readonly SortedSet<string> notes = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> modelAt = new(StringComparer.Ordinal);
    readonly TokenizerFile[] tokenizers;
    readonly Dictionary<string, TokenRule> rules = new(StringComparer.Ordinal);

    VocabularyPlan(VocabularyRequest request, IReadOnlyList<VocabularyModel> models, bool firstIsBase, VocabularyModel? source)
    {
        HasBase = firstIsBase;
        for (var i = 0; i < models.Count; i++) modelAt.TryAdd(models[i].Name, i);
        var first = TokenizerFile.Find(models[0].Folder, models[0].VocabSize) ?? throw Missing(models[0], request.Place);
        tokenizers = [first, .. models.Skip(1).Select(m => TokenizerFile.Find(m.Folder, m.VocabSize) ?? Assume(first, models[0], m))];
        Output = new OutputVocabulary(request.Source == VocabularySource.Model ? Named(request, models, source) : first);
        if (Output.Origin.Stripped) Note($"{Output.Origin.Path}: tokens without a row in the embedding (id {Text(Output.Origin.Limit)} and above) are left out");
        if (request.Source == VocabularySource.Union) Output.Unite(tokenizers[1..], Note);
        foreach (var rule in request.Tokens)
        {
            CheckModel(rule);
            rules[rule.Token] = rule;
            if (!Output.Ids.ContainsKey(rule.Token)) Output.Append(AddedToken.Plain(0, rule.Token));
        }
        var multiple = request.PadToMultipleOf ?? 1;
        if (multiple is < 1 or > MostPadding)
            throw WrongValue.Of("'pad_to_multiple_of'", WrongValue.WholeNumber(1, MostPadding), Text(multiple), request.Place);
        Rows = (Output.Texts.Count + multiple - 1) / multiple * multiple;
        OldIds = [.. tokenizers.Select(Permutation)];
    }

    const int MostPadding = 1 << 20;

    /// <summary>The tokens of the result.</summary>
    public OutputVocabulary Output { get; }

    /// <summary>Rows of the result's embedding and head, padding included: its <c>vocab_size</c>.</summary>
    public int Rows { get; }

    /// <summary>Whether the first model is the base.</summary>
    public bool HasBase { get; }

    /// <summary>For each model and new id the model's own id, or −1.</summary>
    public IReadOnlyList<int[]> OldIds { get; }

    /// <summary>What the user should know, each once, in order of text.</summary>
    public IReadOnlyCollection<string> Notes => notes;

    /// <param name="request">The recipe's.</param>
    /// <param name="models">All models that take part, in order of mention, the base first.</param>
    /// <param name="firstIsBase">Whether the recipe has a base.</param>
    /// <param name="source">The model named as the vocabulary's source, where it takes no part otherwise.</param>
    /// <exception cref="ProblemException">A tokenizer is missing or damaged; the request names what is not there.</exception>
    public static VocabularyPlan Of(VocabularyRequest request, IReadOnlyList<VocabularyModel> models, bool firstIsBase, VocabularyModel? source = null) =>
        new(request, models, firstIsBase, source);

    /// <summary>The tensors of one embedding or head, rows in the order of the new vocabulary.</summary>
    /// <param name="inputs">Model and tensor: all models whose tensor is merged, and the base. Rows of models that lack a token come from among these.</param>
    /// <returns>In the order of <paramref name="inputs"/>.</returns>
    /// <exception cref="ProblemException">A model has fewer rows than tokens; a rule of the recipe cannot be met.</exception>
    public IReadOnlyList<TensorReader> Align(IReadOnlyList<(string Model, TensorReader Reader)> inputs)
    {
        var rows = new AlignedSources(this, [.. inputs.Select(i => modelAt[i.Model])], [.. inputs.Select(i => i.Reader)]);
        return [.. inputs.Select((_, i) => rows.Reader(i))];
    }

    internal void Note(string text) => notes.Add(text);

    internal TokenRule? RuleOf(string token) => rules.GetValueOrDefault(token);

    internal bool HasRules => rules.Count > 0;

    internal int ModelAt(string name) => modelAt[name];

    internal int? OldIdOf(string model, string token) => tokenizers[modelAt[model]].Ids.TryGetValue(token, out var id) ? id : null;

    static ProblemException Missing(VocabularyModel model, Place place) => new($"{model.Name} has no tokenizer", place,
        model.Folder is null ? "it is not a folder" : $"there is no {TokenizerFile.FileName} in {model.Folder}", "put its tokenizer into the folder, or remove the setting");

    static TokenizerFile Named(VocabularyRequest request, IReadOnlyList<VocabularyModel> models, VocabularyModel? source)
    {
        var model = source ?? models.FirstOrDefault(m => m.Name == request.Model)
            ?? throw new ProblemException($"'{Excerpt.Of(request.Model)}' is no source of a tokenizer", request.Place, "it is neither union, nor base, nor a model",
                Suggestion.For(request.Model!, ["union", "base", .. models.Select(m => m.Name).Distinct()]));
        return TokenizerFile.Find(model.Folder, model.VocabSize) ?? throw Missing(model, request.Place);
    }

    TokenizerFile Assume(TokenizerFile first, VocabularyModel donor, VocabularyModel model)
    {
        Note($"{model.Name} has no tokenizer; it is taken to be that of {donor.Name}");
        return model.VocabSize == donor.VocabSize ? first : TokenizerFile.Find(donor.Folder, model.VocabSize)!;
    }

    void CheckModel(TokenRule rule)
    {
        var name = rule.Row switch
        {
            TokenRow.OfModel row => row.Model,
            TokenRow.OfToken row => row.Model,
            TokenRow.OfId row => row.Model,
            _ => null,
        };
        if (name is null || modelAt.ContainsKey(name)) return;
        throw new ProblemException($"the row of token '{Excerpt.Of(rule.Token)}' shall come from a model that takes no part in the merge", rule.Place, $"it is {name}",
            Suggestion.For(name, modelAt.Keys));
    }

    int[] Permutation(TokenizerFile tokenizer)
    {
        var old = new int[Output.Texts.Count];
        for (var id = 0; id < old.Length; id++)
            old[id] = Output.Texts[id] is { } text && tokenizer.Ids.TryGetValue(text, out var own) ? own : -1;
        return old;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
