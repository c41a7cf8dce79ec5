namespace MergeLab.Tables;

/// <summary>Quoting for SQL.</summary>
public static class SqlText
{
    /// <summary>A name of a table or column, whatever characters it has.</summary>
    public static string Identifier(string name) => $"\"{Checked(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A string.</summary>
    public static string Literal(string text) => $"'{Checked(text).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A path for a reading function, in which the characters of file patterns stand for themselves.</summary>
    public static string PathLiteral(string path) => Literal(string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString())));

    /// <summary>The C API ends strings at a NUL.</summary>
    static string Checked(string text) => text.Contains('\0') ? throw new Core.Errors.ProblemException("a name, path or text for SQL contains the character NUL") : text;
}
