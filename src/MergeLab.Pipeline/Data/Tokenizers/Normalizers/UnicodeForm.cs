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

    public NormalizedText Normalize(NormalizedText text)
    {
        if (IsNormalized(text.Text)) return text;
        var changes = new List<RuneChange>(text.Text.Length + 16);
        var units = text.Text;
        for (int start = 0, end; start < units.Length; start = end)
        {
            end = start + 1;
            if (units[start] == Refused)
            {
                changes.Add(new RuneChange(new Rune(Refused), 0));
                continue;
            }
            while (end < units.Length && units[end] is >= (char)FirstCombining and not Refused) end++;
            Segment(units[start..end], changes);
        }
        return text.Transform(changes);
    }

    bool IsNormalized(ReadOnlySpan<char> text)
    {
        foreach (var stretch in text.Split(Refused))
            if (!text[stretch].IsNormalized(form)) return false;
        return true;
    }

    void Segment(string segment, List<RuneChange> changes)
    {
        var result = segment.Normalize(form);
        if (result == segment)
        {
            foreach (var rune in segment.EnumerateRunes()) changes.Add(new RuneChange(rune, 0));
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
