using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Vocabularies;

/// <summary>
/// The vocabulary of a merge whose recipe asks for one: the tokens of the result, and for each model which of its rows each of them is.
/// </summary>
public sealed class VocabularyPlan : IRowAlignment
{
    readonly SortedSet<string> notes = new(StringComparer.Ordinal);
    readonly Dictionary<ModelReference, int> modelAt = [];
    readonly TokenizerFile[] tokenizers;
    readonly Dictionary<string, TokenRequest> rules = new(StringComparer.Ordinal);
    readonly Func<ModelReference, string, TensorReader?> others;

    VocabularyPlan(
        TokenizerRequest request, IReadOnlyList<VocabularyModel> models, bool firstIsBase, VocabularyModel? source, Func<ModelReference, string, TensorReader?> others)
    {
        Models = [.. models.Select(m => m.Reference)];
        HasBase = firstIsBase;
        this.others = others;
        for (var i = 0; i < models.Count; i++) modelAt.Add(models[i].Reference, i);
        var first = TokenizerFile.Find(models[0].Folder, models[0].VocabSize) ?? throw Missing(models[0], request.Place);
        tokenizers = [first, .. models.Skip(1).Select(m => TokenizerFile.Find(m.Folder, m.VocabSize) ?? Assume(first, models[0], m))];
        Output = new OutputVocabulary(request.Source == VocabularySource.Model ? Named(request, source) : first);
        if (Output.Origin.Stripped) Note($"tokens of {(request.Source == VocabularySource.Model ? request.Model : Models[0])} without a row in its embedding (id {Text(Output.Origin.Limit)} and above) are left out");
        if (request.Source == VocabularySource.Union) Output.Unite(tokenizers[1..], Note);
        foreach (var rule in request.Tokens)
        {
            rules[rule.Token] = rule;
            if (!Output.Ids.ContainsKey(rule.Token)) Output.Append(AddedToken.Plain(0, rule.Token));
        }
        var multiple = request.PadToMultipleOf ?? 1;
        Rows = checked((Output.Texts.Count + multiple - 1) / multiple * multiple);
        OldIds = [.. tokenizers.Select(Permutation)];
    }

    /// <summary>In order of mention, the base first.</summary>
    public IReadOnlyList<ModelReference> Models { get; }

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

    /// <summary>
    /// Tokens of the first model, whose settings name tokens by id, that have another id in the result: by the old id the new one, null where the
    /// result lacks the token. Empty unless another model's vocabulary is taken.
    /// </summary>
    public IReadOnlyDictionary<int, int?> MovedIds => tokenizers[0].Ids.Select(t => (Old: t.Value, New: Output.Ids.TryGetValue(t.Key, out var id) ? id : (int?)null))
        .Where(t => t.New != t.Old).DistinctBy(t => t.Old).ToDictionary(t => t.Old, t => t.New);

    long IRowAlignment.Rows => Rows;

    /// <summary>The plan of a recipe; null where it has no tokenizer section.</summary>
    /// <exception cref="ProblemException">A tokenizer is missing or damaged; the request names what is not there.</exception>
    public static VocabularyPlan? Of(Recipe recipe, OpenedModels models)
    {
        if (recipe.Tokenizer is not { } request) return null;
        var source = models.TokenizerFolder is { } folder ? VocabularyModel.OfFolder(request.Model!, folder) : null;
        return Of(request, [.. models.All.Select(m => VocabularyModel.Of(m.Reference, m.Folder, m.Weights.Config))], recipe.BaseModel is not null, source,
            (model, tensor) => models[model].Weights is var weights && weights.Find(tensor) is not null ? weights.Reader(tensor) : null);
    }

    /// <param name="request">The recipe's.</param>
    /// <param name="models">All models that take part, each once, in order of mention, the base first.</param>
    /// <param name="firstIsBase">Whether the recipe has a base.</param>
    /// <param name="source">The model named as the vocabulary's source, where it takes no part otherwise.</param>
    /// <param name="others">Finds a tensor of a model that is not merged into it, for rows that the recipe or the base gives; null where there is none.</param>
    /// <exception cref="ProblemException">A tokenizer is missing or damaged; the request names what is not there.</exception>
    public static VocabularyPlan Of(
        TokenizerRequest request, IReadOnlyList<VocabularyModel> models, bool firstIsBase, VocabularyModel? source = null,
        Func<ModelReference, string, TensorReader?>? others = null) =>
        new(request, models, firstIsBase, source, others ?? ((_, _) => null));

    public IReadOnlyList<TensorReader> Align(string tensor, IReadOnlyList<(ModelReference Model, TensorReader Reader)> inputs)
    {
        var entrants = inputs.Select(i => (Model: modelAt[i.Model], i.Reader)).ToList();
        // The base gives rows also where it is not merged.
        if (HasBase && !entrants.Exists(e => e.Model == 0) && others(Models[0], tensor) is { } basis) entrants.Add((0, basis));
        var having = entrants.Count;
        foreach (var model in rules.Values.Select(r => ModelOf(r.Source)).OfType<ModelReference>().Distinct())
        {
            var number = modelAt.GetValueOrDefault(model, -1);
            if (number >= 0 && !entrants.Exists(e => e.Model == number) && others(model, tensor) is { } reader) entrants.Add((number, reader));
        }
        var rows = new AlignedSources(this, tensor, [.. entrants.Select(e => e.Model)], [.. entrants.Select(e => e.Reader)], having);
        return [.. inputs.Select((_, i) => rows.Reader(i))];
    }

    internal void Note(string text) => notes.Add(text);

    internal TokenRequest? RuleOf(string token) => rules.Count == 0 ? null : rules.GetValueOrDefault(token);

    /// <summary>The model's number, or −1.</summary>
    internal int NumberOf(ModelReference model) => modelAt.GetValueOrDefault(model, -1);

    internal int? OldIdOf(int model, string token) => tokenizers[model].Ids.TryGetValue(token, out var id) ? id : null;

    static ModelReference? ModelOf(TokenRow? row) => row switch
    {
        TokenRow.OfModel of => of.Model,
        TokenRow.OfToken of => of.Model,
        _ => null,
    };

    static ProblemException Missing(VocabularyModel model, Place place) => new($"{model.Reference} has no tokenizer", place,
        model.Folder is null ? "it is not a folder" : $"there is no {TokenizerFile.FileName} in {model.Folder}", "put its tokenizer into the folder, or remove the setting");

    TokenizerFile Named(TokenizerRequest request, VocabularyModel? source)
    {
        var reference = request.Model!;
        if (source is null && NumberOf(reference) < 0)
            throw new ProblemException($"'{Excerpt.Of(reference.ToString())}' is no source of a tokenizer", reference.Place, "it is neither union, nor base, nor a model",
                Suggestion.For(reference.ToString(), ["union", "base", .. Models.Select(m => m.ToString())]));
        if (source is not null) return TokenizerFile.Find(source.Folder, source.VocabSize) ?? throw Missing(source, reference.Place);
        return tokenizers[NumberOf(reference)];
    }

    TokenizerFile Assume(TokenizerFile first, VocabularyModel donor, VocabularyModel model)
    {
        Note($"{model.Reference} has no tokenizer; it is taken to be that of {donor.Reference}");
        return model.VocabSize == donor.VocabSize ? first : TokenizerFile.Find(donor.Folder, model.VocabSize)!;
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
