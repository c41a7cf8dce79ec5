namespace MergeLab.Data.World;

/// <summary>How an instruction is put around a draft's slots (<c>{text}</c>), and in which of the task's styles it wants the answer.</summary>
public sealed record Wording(string Text, int Style = 0)
{
    public static implicit operator Wording(string text) => new(text);

    public string Fill(Draft draft)
    {
        var text = Text;
        foreach (var (name, value) in draft.Slots) text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        return text;
    }
}

/// <summary>Draws one row, or null where the draw does not work out and another is to be tried.</summary>
/// <param name="random">Numbers of this row and attempt.</param>
/// <param name="knobs">The task's difficulty.</param>
/// <param name="turn">The row's index: decision tasks take the label from it, so that labels are balanced exactly.</param>
public delegate Draft? Generator(CounterRandom random, Knobs knobs, long turn);

/// <summary>One task of the world: a source of examples, addressed by split and index.</summary>
public sealed record WorldTask(string Name, string Mirrors, string Metric, int BaseWeight, Knobs Knobs, Generator Generator, params Wording[] Wordings)
{
    /// <summary>Most tokens of an input and of a target, the end of the sequence included.</summary>
    public const int InputTokens = 64, TargetTokens = 20;

    const int MaxAttempts = 1000;

    /// <summary>
    /// Whether texts are divided among the splits. Off only for the one-fact questions, which exist to teach the base every fact and
    /// are no task of their own.
    /// </summary>
    public bool Divided { get; init; } = true;

    /// <summary>The rows of one split as a source.</summary>
    public IExampleSource Source(ulong seed, Split split) => new TaskSource(this, seed, split);

    /// <summary>The row under the task's own instruction, the first wording.</summary>
    public Example Get(ulong seed, Split split, long index) => Draw(new Address(seed, Name, split), index, null);

    /// <summary>A training row for the base: any wording, and now and then a style that the wording does not ask for.</summary>
    public Example GetForBase(ulong seed, long index) =>
        Draw(new Address(seed, "base/" + Name, Split.Train), index, new CounterRandom(seed, "wording/" + Name, Split.Train, index));

    /// <summary>
    /// The first <paramref name="count"/> rows with different inputs; as index runs on, a row met before is passed over.
    /// </summary>
    public IEnumerable<Example> Rows(ulong seed, Split split, int count)
    {
        var seen = new HashSet<string>(count, StringComparer.Ordinal);
        for (var index = 0L; seen.Count < count; index++)
        {
            var example = Get(seed, split, index);
            if (seen.Add(example.Input)) yield return example;
        }
    }

    /// <summary>A training text without instruction or question, for denoising: the first slot that bears one of the names.</summary>
    public string TextForBase(ulong seed, long index, IReadOnlyCollection<string> slots) =>
        Drafts(new Address(seed, "text/" + Name, Split.Train), index).First().Slots.First(s => slots.Contains(s.Name)).Value;

    Example Draw(Address address, long index, CounterRandom? free)
    {
        var wording = free is null ? Wordings[0] : free.Pick(Wordings);
        foreach (var draft in Drafts(address, index))
        {
            var style = free is not null && free.Percent(Knobs.StrayStyle) ? AnyStyle(free, draft.Targets.Count) : Math.Min(wording.Style, draft.Targets.Count - 1);
            var (input, target) = (wording.Fill(draft), draft.Targets[style]);
            if (Words(input) >= InputTokens || Words(target) >= TargetTokens) continue;
            var label = draft.Choices is null ? -1 : IndexOf(draft.Choices, target);
            return new Example(input, target, draft.Level, draft.Choices, label);
        }
        throw new InvalidOperationException("drafts end only by throwing");
    }

    int AnyStyle(CounterRandom random, int styles) => styles == 1 ? 0
        : Knobs.OwnStyle is not { } own ? random.Below(styles)
        : random.Percent(own) ? 0 : 1 + random.Below(styles - 1);

    /// <summary>The row's drafts of one attempt after another, on the right side of the split.</summary>
    IEnumerable<Draft> Drafts(Address address, long index)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var random = new CounterRandom(address.Seed, address.Stream, address.Split, index, attempt);
            if (Generator(random, Knobs, index) is { } draft && (!Divided || SplitOf(draft) == address.Split)) yield return draft;
        }
        throw new InvalidOperationException($"task {Name}: no row came about in {MaxAttempts} attempts; its knobs contradict each other");
    }

    /// <summary>Ten in a hundred texts are for testing, five for validation, by the text alone: whatever draws it, it stays on its side.</summary>
    static Split SplitOf(Draft draft) => (CounterRandom.Hash(draft.Key) % 100) switch
    {
        < 10 => Split.Test,
        < 15 => Split.Validation,
        _ => Split.Train,
    };

    static int Words(string text) => text.AsSpan().Count(' ') + 1;

    static int IndexOf(IReadOnlyList<string> choices, string target)
    {
        for (var i = 0; i < choices.Count; i++)
            if (choices[i] == target) return i;
        throw new InvalidOperationException($"'{target}' is none of the choices");
    }

    sealed class TaskSource(WorldTask task, ulong seed, Split split) : IExampleSource
    {
        public string Name => task.Name;

        public Example Get(long index) => task.Get(seed, split, index);
    }

    readonly record struct Address(ulong Seed, string Stream, Split Split);
}
