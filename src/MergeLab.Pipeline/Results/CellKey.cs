using System.Text;

namespace MergeLab.Results;

/// <summary>What names a cell of a result set.</summary>
public sealed record CellKey(string Experiment, string Method, string Variant, string SetName, string Task, string Split, string Metric)
{
    /// <summary>The variant of a cell without varied parameters.</summary>
    public const string NoVariant = "{}";

    public static CellKey Of(ResultRow row) => new(row.Experiment, row.Method, row.Variant, row.SetName, row.Task, row.Split, row.Metric);

    public static CellKey Of(ExampleRow row) => new(row.Experiment, row.Method, row.Variant, row.SetName, row.Task, row.Split, row.Metric);

    /// <summary>By ordinal text, field by field.</summary>
    public static IComparer<CellKey> Order { get; } = Comparer<CellKey>.Create(Compare);

    /// <summary><c>geomed/average/six/story-summary/rouge1</c>, with the variant after the method where there is one.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Experiment).Append('/').Append(Method);
        if (Variant != NoVariant) text.Append(Variant);
        foreach (var part in (string[])[SetName, Task, Split == "test" ? "" : Split, Metric])
            if (part.Length > 0) text.Append('/').Append(part);
        return text.ToString();
    }

    static int Compare(CellKey a, CellKey b)
    {
        var (left, right) = (a.Fields, b.Fields);
        for (var i = 0; i < left.Length; i++)
            if (string.CompareOrdinal(left[i], right[i]) is not 0 and var order) return order;
        return 0;
    }

    string[] Fields => [Experiment, Method, Variant, SetName, Task, Split, Metric];
}
