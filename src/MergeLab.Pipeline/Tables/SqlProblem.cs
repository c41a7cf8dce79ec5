using MergeLab.Core.Errors;

namespace MergeLab.Tables;

/// <summary>DuckDB's errors as problems.</summary>
static class SqlProblem
{
    const int Shown = 400;

    public static ProblemException Of(string message, string sql, string? remedy = null) =>
        new($"SQL: {message.TrimEnd()}", why: $"in: {(sql.Length <= Shown ? sql : $"{sql[..Shown]}…")}", remedy: remedy);
}
