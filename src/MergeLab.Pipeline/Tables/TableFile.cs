using MergeLab.Core.Errors;

namespace MergeLab.Tables;

/// <summary>Files that hold a table.</summary>
public static class TableFile
{
    static readonly (string Ending, string Function, string Options)[] known =
    [
        (".parquet", "read_parquet", ""),
        (".csv", "read_csv", ""),
        (".tsv", "read_csv", ""),
        (".jsonl", "read_json", ", format = 'newline_delimited'"),
        (".ndjson", "read_json", ", format = 'newline_delimited'"),
        (".json", "read_json", ""),
    ];

    /// <summary>The SQL that stands for a file's table, as in <c>SELECT * FROM …</c>. CSV and JSON may be gzipped.</summary>
    /// <exception cref="ProblemException">There is no such file, or its name does not say what it is.</exception>
    public static string Source(string path)
    {
        if (!File.Exists(path)) throw new ProblemException("no such file", new Place(path), remedy: "check the path");
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        foreach (var (ending, function, options) in known)
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return $"{function}({SqlText.PathLiteral(path)}{options})";
        throw new ProblemException("not a kind of table file that is known", new Place(path), remedy: $"known: {string.Join(", ", known.Select(k => k.Ending))}");
    }
}
