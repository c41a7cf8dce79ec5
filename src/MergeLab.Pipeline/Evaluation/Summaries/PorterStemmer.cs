namespace MergeLab.Evaluation.Summaries;

/// <summary>
/// Porter's suffix stripper (An algorithm for suffix stripping, Program 14(3), 1980) with the changes nltk makes by default
/// (<c>NLTK_EXTENSIONS</c>), which is what rouge_score stems with. Words must be lower-case; digits count as consonants.
/// </summary>
public static class PorterStemmer
{
    enum Condition
    {
        None,

        /// <summary>m &gt; 0: the stem holds a vowel followed by a consonant.</summary>
        Measure,

        /// <summary>m &gt; 1: it holds two.</summary>
        LongMeasure,

        /// <summary>m &gt; 1 and the stem ends in s or t.</summary>
        LongMeasureAfterSOrT,

        /// <summary>m &gt; 0 of the word less three letters, so the l of -logi belongs to the stem.</summary>
        MeasureWithL,
    }

    readonly record struct Rule(string Suffix, string Replacement, Condition Condition = Condition.None);

    static readonly (string Stem, string[] Words)[] IrregularForms =
    [
        ("sky", ["sky", "skies"]), ("die", ["dying"]), ("lie", ["lying"]), ("tie", ["tying"]), ("news", ["news"]),
        ("inning", ["inning", "innings"]), ("outing", ["outing", "outings"]), ("canning", ["canning", "cannings"]),
        ("howe", ["howe"]), ("proceed", ["proceed"]), ("exceed", ["exceed"]), ("succeed", ["succeed"]),
    ];

    static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Irregular = IrregularForms
        .SelectMany(form => form.Words, (form, word) => (word, form.Stem))
        .ToDictionary(pair => pair.word, pair => pair.Stem)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    static readonly Rule[] Plurals = [new("sses", "ss"), new("ies", "i"), new("ss", "ss"), new("s", "")];

    static readonly Rule[] Derivations =
    [
        new("ational", "ate", Condition.Measure), new("tional", "tion", Condition.Measure), new("enci", "ence", Condition.Measure),
        new("anci", "ance", Condition.Measure), new("izer", "ize", Condition.Measure), new("bli", "ble", Condition.Measure),
        new("alli", "al", Condition.Measure), new("entli", "ent", Condition.Measure), new("eli", "e", Condition.Measure),
        new("ousli", "ous", Condition.Measure), new("ization", "ize", Condition.Measure), new("ation", "ate", Condition.Measure),
        new("ator", "ate", Condition.Measure), new("alism", "al", Condition.Measure), new("iveness", "ive", Condition.Measure),
        new("fulness", "ful", Condition.Measure), new("ousness", "ous", Condition.Measure), new("aliti", "al", Condition.Measure),
        new("iviti", "ive", Condition.Measure), new("biliti", "ble", Condition.Measure), new("fulli", "ful", Condition.Measure),
        new("logi", "log", Condition.MeasureWithL),
    ];

    static readonly Rule[] Endings =
    [
        new("icate", "ic", Condition.Measure), new("ative", "", Condition.Measure), new("alize", "al", Condition.Measure), new("iciti", "ic", Condition.Measure),
        new("ical", "ic", Condition.Measure), new("ful", "", Condition.Measure), new("ness", "", Condition.Measure),
    ];

    static readonly Rule[] Removals =
    [
        new("al", "", Condition.LongMeasure), new("ance", "", Condition.LongMeasure), new("ence", "", Condition.LongMeasure), new("er", "", Condition.LongMeasure),
        new("ic", "", Condition.LongMeasure), new("able", "", Condition.LongMeasure), new("ible", "", Condition.LongMeasure), new("ant", "", Condition.LongMeasure),
        new("ement", "", Condition.LongMeasure), new("ment", "", Condition.LongMeasure), new("ent", "", Condition.LongMeasure),
        new("ion", "", Condition.LongMeasureAfterSOrT), new("ou", "", Condition.LongMeasure), new("ism", "", Condition.LongMeasure), new("ate", "", Condition.LongMeasure),
        new("iti", "", Condition.LongMeasure), new("ous", "", Condition.LongMeasure), new("ive", "", Condition.LongMeasure), new("ize", "", Condition.LongMeasure),
    ];

    public static string Stem(string word)
    {
        var letters = word.ToCharArray();
        return new string(letters, 0, Stem(letters));
    }

    /// <summary>Stems in place; no stem is longer than its word.</summary>
    /// <returns>The stem's length.</returns>
    public static int Stem(Span<char> word)
    {
        if (Irregular.TryGetValue(word, out var stem))
        {
            stem.CopyTo(word);
            return stem.Length;
        }
        if (word.Length <= 2) return word.Length;
        var length = Plural(word, word.Length);
        length = PastAndGerund(word, length);
        if (length > 2 && word[length - 1] == 'y' && IsConsonant(word, length - 2)) word[length - 1] = 'i';
        length = Derivation(word, length);
        length = Apply(Endings, word, length);
        length = Apply(Removals, word, length);
        length = FinalE(word, length);
        return EndsWith(word, length, "ll") && Measure(word[..(length - 1)]) > 1 ? length - 1 : length;
    }

    static int Plural(Span<char> word, int length) =>
        length == 4 && EndsWith(word, length, "ies") ? 3 : Apply(Plurals, word, length);

    static int PastAndGerund(Span<char> word, int length)
    {
        if (EndsWith(word, length, "ied")) return length == 4 ? 3 : length - 2;
        if (EndsWith(word, length, "eed")) return Measure(word[..(length - 3)]) > 0 ? length - 1 : length;
        var stem = EndsWith(word, length, "ed") ? length - 2 : EndsWith(word, length, "ing") ? length - 3 : -1;
        if (stem < 0 || !HasVowel(word[..stem])) return length;
        if (EndsWith(word, stem, "at") || EndsWith(word, stem, "bl") || EndsWith(word, stem, "iz")) return AddE(word, stem);
        if (stem >= 2 && word[stem - 1] == word[stem - 2] && IsConsonant(word, stem - 1)) return word[stem - 1] is 'l' or 's' or 'z' ? stem : stem - 1;
        return Measure(word[..stem]) == 1 && EndsShort(word, stem) ? AddE(word, stem) : stem;
    }

    static int Derivation(Span<char> word, int length)
    {
        while (EndsWith(word, length, "alli") && Measure(word[..(length - 4)]) > 0) length -= 2;
        return Apply(Derivations, word, length);
    }

    static int FinalE(Span<char> word, int length)
    {
        if (word[..length] is not [.., 'e']) return length;
        var measure = Measure(word[..(length - 1)]);
        return measure > 1 || (measure == 1 && !EndsShort(word, length - 1)) ? length - 1 : length;
    }

    /// <summary>The first rule whose suffix matches decides, also when its condition then fails.</summary>
    static int Apply(Rule[] rules, Span<char> word, int length)
    {
        foreach (var rule in rules)
        {
            if (!EndsWith(word, length, rule.Suffix)) continue;
            var stem = length - rule.Suffix.Length;
            var holds = rule.Condition switch
            {
                Condition.None => true,
                Condition.Measure => Measure(word[..stem]) > 0,
                Condition.LongMeasure => Measure(word[..stem]) > 1,
                Condition.LongMeasureAfterSOrT => stem > 0 && word[stem - 1] is 's' or 't' && Measure(word[..stem]) > 1,
                Condition.MeasureWithL => Measure(word[..(length - 3)]) > 0,
                _ => false,
            };
            if (!holds) return length;
            rule.Replacement.CopyTo(word[stem..]);
            return stem + rule.Replacement.Length;
        }
        return length;
    }

    static int AddE(Span<char> word, int length)
    {
        word[length] = 'e';
        return length + 1;
    }

    static bool EndsWith(ReadOnlySpan<char> word, int length, string suffix) => word[..length].EndsWith(suffix);

    static bool IsVowelLetter(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u';

    /// <summary>y is a consonant at the start and after a vowel, so in a run of y the kinds alternate.</summary>
    static bool IsConsonant(ReadOnlySpan<char> word, int at)
    {
        var turns = 0;
        for (; word[at] == 'y' && at > 0; at--) turns++;
        return !IsVowelLetter(word[at]) ^ (turns % 2 == 1);
    }

    /// <summary>Porter's m: how often a vowel is followed by a consonant.</summary>
    static int Measure(ReadOnlySpan<char> stem)
    {
        var (measure, consonant) = (0, false);
        for (var i = 0; i < stem.Length; i++)
        {
            var next = stem[i] == 'y' ? i == 0 || !consonant : !IsVowelLetter(stem[i]);
            if (next && !consonant && i > 0) measure++;
            consonant = next;
        }
        return measure;
    }

    static bool HasVowel(ReadOnlySpan<char> stem)
    {
        // A y after the first letter is a vowel itself or stands behind one.
        for (var i = 0; i < stem.Length; i++)
            if (IsVowelLetter(stem[i]) || (stem[i] == 'y' && i > 0)) return true;
        return false;
    }

    /// <summary>*o: consonant, vowel, consonant other than w, x, y; here also a two-letter vowel and consonant.</summary>
    static bool EndsShort(ReadOnlySpan<char> word, int length)
    {
        if (length == 2) return !IsConsonant(word, 0) && IsConsonant(word, 1);
        return length >= 3 && IsConsonant(word, length - 3) && !IsConsonant(word, length - 2) && IsConsonant(word, length - 1)
            && word[length - 1] is not ('w' or 'x' or 'y');
    }
}
