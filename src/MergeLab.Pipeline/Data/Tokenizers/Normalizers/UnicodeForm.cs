using System.Text;
using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.Normalizers;

/// <summary>
/// NFC, NFD, NFKC or NFKD. The text is the platform's; what each code point came from is found by replaying it in two steps:
/// decomposition (the first part replaces, the others are new), and composition (which adds up the changes of what it joins).
/// </summary>
sealed class UnicodeForm(NormalizationForm form) : INormalizer
{
    /// <summary>Nothing below composes with what stands before it or is reordered, so a text may be cut there.</summary>
    const int FirstCombining = 0x300;

    /// <summary>A noncharacter that changes in no form, which the platform refuses to normalise.</summary>
    const char Refused = '\uFFFE';

    readonly bool composes = form is NormalizationForm.FormC or NormalizationForm.FormKC;
    readonly NormalizationForm decomposition = form is NormalizationForm.FormC or NormalizationForm.FormD ? NormalizationForm.FormD : NormalizationForm.FormKD;

    /// <summary>Texts are worked on in blocks of about this many units.</summary>
    const int BlockLength = 4_096;

    /// <summary>Sorting marks takes time in the square of their number, so longer runs are cut. Unicode's stream-safe form allows 30.</summary>
    const int MaximumMarks = 1_024;

    public NormalizedText Normalize(NormalizedText text)
    {
        List<RuneChange>? changes = null;
        var units = text.Text;
        for (int start = 0, end; start < units.Length; start = end)
        {
            end = BlockEnd(units, start);
            if (units[start] == Refused || units.AsSpan(start..end).IsNormalized(form))
            {
                if (changes is not null) Keep(units.AsSpan(start..end), changes);
                continue;
            }
            if (changes is null) Keep(units.AsSpan(0, start), changes = new List<RuneChange>(units.Length + 16));
            Block(units, start, end, changes);
        }
        return changes is null ? text : text.Transform(changes);
    }

    /// <summary>The next place from a block's length on where a text may be cut.</summary>
    static int BlockEnd(string units, int start)
    {
        if (units[start] == Refused) return start + 1;
        var refused = units.AsSpan(start, Math.Min(BlockLength, units.Length - start)).IndexOf(Refused);
        if (refused > 0) return start + refused;
        var end = Math.Min(start + BlockLength, units.Length);
        for (var marks = 0; end < units.Length && units[end] is >= (char)FirstCombining and not Refused; end++)
        {
            if (marks >= MaximumMarks && !char.IsLowSurrogate(units[end])) break;
            marks = char.IsSurrogate(units[end]) || CodePoint.IsMark(new Rune(units[end])) ? marks + 1 : 0;
        }
        return end;
    }

    void Block(string units, int from, int to, List<RuneChange> changes)
    {
        for (int start = from, end; start < to; start = end)
        {
            end = start + 1;
            while (end < to && units[end] >= FirstCombining) end++;
            Segment(units[start..end], changes);
        }
    }

    static void Keep(ReadOnlySpan<char> text, List<RuneChange> changes)
    {
        foreach (var rune in text.EnumerateRunes()) changes.Add(new RuneChange(rune, 0));
    }

    void Segment(string segment, List<RuneChange> changes)
    {
        var result = segment.Normalize(form);
        if (result == segment)
        {
            Keep(segment, changes);
            return;
        }
        var parts = new PartsInOrder();
        foreach (var rune in segment.EnumerateRunes())
        {
            var change = 0;
            foreach (var part in Decompose(rune)) parts.Add(part, change++ == 0 ? 0 : 1);
        }
        foreach (var rune in result.EnumerateRunes())
        {
            if (!composes)
            {
                changes.Add(new RuneChange(rune, parts.Take(rune)));
                continue;
            }
            int sum = 0, joined = 0;
            foreach (var part in rune.ToString().Normalize(decomposition).EnumerateRunes())
            {
                sum += parts.Take(part);
                joined++;
            }
            changes.Add(new RuneChange(rune, sum - joined + 1));
        }
    }

    StringRuneEnumerator Decompose(Rune rune) => rune.ToString().Normalize(decomposition).EnumerateRunes();

    /// <summary>
    /// Code points in logical order, taken by value. Canonical ordering is stable, so the n-th of equal ones is still the n-th of them;
    /// queues by value keep that linear however long a run of marks is.
    /// </summary>
    sealed class PartsInOrder
    {
        readonly Dictionary<Rune, Queue<int>> changes = [];

        public void Add(Rune rune, int change)
        {
            if (!changes.TryGetValue(rune, out var queue)) changes.Add(rune, queue = new Queue<int>());
            queue.Enqueue(change);
        }

        public int Take(Rune rune) => changes.TryGetValue(rune, out var queue) && queue.TryDequeue(out var change) ? change : 0;
    }
}
