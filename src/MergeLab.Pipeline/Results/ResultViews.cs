using MergeLab.Tables;

namespace MergeLab.Results;

/// <summary>SQL over the results of all experiments.</summary>
public static class ResultViews
{
    /// <summary>
    /// Opens a database with the views <c>results</c>, <c>examples</c> and <c>timings</c> over these experiments' last runs, or where there was none their
    /// snapshots; and <c>verified_results</c>, <c>verified_examples</c> over the snapshots.
    /// </summary>
    /// <param name="folders">Of experiments.</param>
    public static DuckDatabase Open(IReadOnlyList<string> folders, int threads)
    {
        var database = DuckDatabase.OpenInMemory(threads);
        try
        {
            View(database, "results", ResultSchema.Results, folders, ResultFiles.Results, ResultFiles.VerifiedResults);
            View(database, "examples", ResultSchema.Examples, folders, ResultFiles.Examples, ResultFiles.VerifiedExamples);
            View(database, "timings", ResultSchema.Timings, folders, ResultFiles.Timings);
            View(database, "verified_results", ResultSchema.Results, folders, ResultFiles.VerifiedResults);
            View(database, "verified_examples", ResultSchema.SlimExamples, folders, ResultFiles.VerifiedExamples);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <param name="names">In each folder the first that is there is taken.</param>
    static void View<TRow>(DuckDatabase database, string view, TableSchema<TRow> schema, IReadOnlyList<string> folders, params string[] names)
    {
        string[] files = [.. folders.Select(f => names.Select(n => Path.Combine(f, n)).FirstOrDefault(File.Exists)).OfType<string>()];
        if (files.Length == 0) database.CreateTable(view, schema); // empty, but with the columns a query names
        else database.Execute($"CREATE VIEW {view} AS SELECT * FROM read_parquet([{string.Join(", ", files.Select(SqlText.PathLiteral))}], union_by_name = true)");
    }
}
