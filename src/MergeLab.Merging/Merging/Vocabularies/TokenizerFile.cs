using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Json;
using MergeLab.Core.Text;

namespace MergeLab.Merging.Vocabularies;

/// <summary>
/// The tokens of a <c>tokenizer.json</c> and their ids: the model's vocabulary (BPE, Unigram, WordPiece, WordLevel) and the added tokens.
/// Tokens whose id is not below the model's <c>vocab_size</c> have no row in its embedding and are left out.
/// </summary>
public sealed class TokenizerFile
{
    public const string FileName = "tokenizer.json";

    /// <summary>Lower bound of the largest id a file may use; above it ids may be 16 times the number of tokens.</summary>
    const int SmallVocabulary = 0x10000;

    readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    readonly List<AddedToken> added = [];
    string?[] texts;

    TokenizerFile(string path, JsonCursor root, int? rows)
    {
        Path = path;
        Limit = rows ?? int.MaxValue;
        var vocabulary = root.Get("model").Get("vocab");
        var listed = root.Find("added_tokens") is { } list ? list.Items().ToList() : [];
        var count = (vocabulary.IsArray ? vocabulary.Items().Count() : vocabulary.Properties().Count()) + listed.Count;
        var highest = (int)Math.Min(int.MaxValue, Math.Max(SmallVocabulary, 16L * count));
        texts = new string?[Math.Min(count, Limit)];
        if (vocabulary.IsArray) ReadPieces(vocabulary);
        else ReadMap(vocabulary, highest);
        ModelTokens = ids.Count;
        foreach (var item in listed) Add(AddedToken.Read(item, highest), item);
        added.Sort((a, b) => a.Id.CompareTo(b.Id));
    }

    public string Path { get; }

    /// <summary>Ids from here on are left out.</summary>
    public int Limit { get; }

    /// <summary>Ids of all tokens.</summary>
    public IReadOnlyDictionary<string, int> Ids => ids;

    /// <summary>Tokens by id; null where no token has the id.</summary>
    public IReadOnlyList<string?> Texts => texts;

    /// <summary>By id.</summary>
    public IReadOnlyList<AddedToken> Added => added;

    /// <summary>Tokens of the model's own vocabulary.</summary>
    public int ModelTokens { get; }

    /// <summary>Whether the model's own vocabulary lost tokens to <see cref="Limit"/>.</summary>
    public bool ModelStripped { get; private set; }

    /// <summary>Whether anything was left out.</summary>
    public bool Stripped { get; private set; }

    /// <summary>Reads a model folder's tokenizer; null where the folder has none at all.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="rows">The model's <c>vocab_size</c>; null keeps every token.</param>
    /// <exception cref="ProblemException">Damaged, in a form other than tokenizer.json, or with two tokens of one id.</exception>
    public static TokenizerFile? Find(string? folder, int? rows)
    {
        if (folder is null) return null;
        var path = System.IO.Path.Combine(folder, FileName);
        if (File.Exists(path)) return new TokenizerFile(path, JsonFile.Read(path).Root, rows);
        string[] others = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.json", "vocab.txt"];
        if (others.FirstOrDefault(n => File.Exists(System.IO.Path.Combine(folder, n))) is not { } other) return null;
        throw new ProblemException("the tokenizer cannot be aligned with others", new Place(System.IO.Path.Combine(folder, other)),
            $"vocabularies are read from {FileName} only", "save it with the tokenizers library: AutoTokenizer.from_pretrained(folder).save_pretrained(folder)");
    }

    void ReadMap(JsonCursor vocabulary, int highest)
    {
        foreach (var (text, value) in vocabulary.Properties())
        {
            var id = value.AsInt(0, highest);
            if (id >= Limit) ModelStripped = Stripped = true;
            else Put(text, id, value);
        }
    }

    /// <summary>Unigram's form: pairs of piece and score, whose place is the id.</summary>
    void ReadPieces(JsonCursor vocabulary)
    {
        var id = 0;
        foreach (var piece in vocabulary.Items())
        {
            if (!piece.IsArray || piece.Items().Select(i => (JsonCursor?)i).FirstOrDefault() is not { IsString: true } text) throw piece.Wrong("a piece and its score");
            if (id >= Limit) ModelStripped = Stripped = true;
            else Put(text.AsString(), id, piece);
            id++;
        }
    }

    void Add(AddedToken token, JsonCursor at)
    {
        // A token that the model knows too has the model's id, whatever is written here: so the reference library reads it.
        if (ids.TryGetValue(token.Content, out var known)) token = token with { Id = known };
        else if (token.Id < Limit) Put(token.Content, token.Id, at);
        if (token.Id >= Limit) Stripped = true;
        else added.Add(token);
    }

    void Put(string text, int id, JsonCursor at)
    {
        if (id >= texts.Length) Array.Resize(ref texts, Math.Max(id + 1, Math.Min(Limit, texts.Length * 2)));
        if (texts[id] is { } other && other != text)
            throw at.Problem($"tokens '{Excerpt.Of(other)}' and '{Excerpt.Of(text)}' have the same id", string.Create(CultureInfo.InvariantCulture, $"it is {id}"));
        texts[id] = text;
        ids[text] = id;
    }
}
