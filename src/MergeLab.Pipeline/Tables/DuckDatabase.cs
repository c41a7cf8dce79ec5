using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Tables.Native;

namespace MergeLab.Tables;

/// <summary>A DuckDB database, in memory or in a file: SQL over its tables and over Parquet, CSV and JSON files. No extension is loaded from anywhere.</summary>
public sealed class DuckDatabase : IDisposable
{
    nint handle;
    readonly Connection connection;
    readonly int threads;

    DuckDatabase(nint handle, int threads)
    {
        (this.handle, this.threads) = (handle, threads);
        connection = new Connection(handle);
    }

    /// <param name="threads">Threads of queries. The order of rows is that of the input for any number.</param>
    /// <exception cref="ProblemException">Exit 3: there is no libduckdb.</exception>
    public static DuckDatabase OpenInMemory(int threads = 1) => OpenAt(":memory:", threads);

    /// <param name="path">The database file; created where there is none.</param>
    /// <param name="threads">Threads of queries.</param>
    public static DuckDatabase Open(string path, int threads = 1) => OpenAt(Path.GetFullPath(path), threads);

    /// <summary>The library's version and where it lies. Loads it.</summary>
    public static unsafe (string Version, string Path) Describe()
    {
        var path = DuckDbLibrary.Path;
        return (DuckDbApi.Text(DuckDbApi.duckdb_library_version()), path);
    }

    /// <summary>Writes a Parquet file, reads it again and asks a question; throws a <see cref="ProblemException"/> where that fails.</summary>
    public static void SelfTest()
    {
        var folder = Directory.CreateTempSubdirectory("mergelab-duckdb-");
        try
        {
            var file = Path.Combine(folder.FullName, "self-test.parquet");
            ParquetFile.Write(file, new TableSchema<int>().Int32("n", n => n).Text("t", n => $"{n} ü"), Enumerable.Range(0, 10));
            using var database = OpenInMemory();
            var found = database.Scalar($"SELECT sum(n) || max(t) FROM {TableFile.Source(file)}");
            if (found is not "459 ü") throw new ProblemException("DuckDB gives a wrong answer", new Place(DuckDbLibrary.Path), $"expected '459 ü', got '{found}'", exit: ExitCode.MachineLacks);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Runs a query; its rows are streamed. Columns of DuckDB's other types are converted: decimals to double; dates, times and time stamps to ISO 8601 text;
    /// lists, structs and maps to JSON text; the rest to text.
    /// </summary>
    /// <param name="sql">One statement, with <c>?</c> or <c>$1</c> for parameters.</param>
    /// <param name="parameters">bool, int, long, float, double, string or null.</param>
    /// <exception cref="ProblemException">The statement is wrong or fails.</exception>
    public QueryResult Query(string sql, params IReadOnlyList<object?> parameters)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        var own = new Connection(handle); // a streamed result occupies its connection
        try
        {
            return new QueryResult(own, own.Prepare(sql, parameters), sql);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    public object? Scalar(string sql, params IReadOnlyList<object?> parameters)
    {
        using var result = Query(sql, parameters);
        return result.Rows().FirstOrDefault()?[0];
    }

    /// <summary>Runs statements for their effect.</summary>
    public void Execute(string sql)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        connection.Execute(sql);
    }

    /// <summary>The rows of a Parquet, CSV, JSON or JSON-lines file, by its name's ending.</summary>
    public QueryResult ReadTable(string path) => Query($"SELECT * FROM {TableFile.Source(path)}");

    public void CreateTable<TRow>(string table, TableSchema<TRow> schema) =>
        Execute($"CREATE TABLE {SqlText.Identifier(table)} ({string.Join(", ", schema.Columns.Select(c => $"{SqlText.Identifier(c.Name)} {ColumnTypes.For(c.Type).Sql}"))})");

    /// <summary>Appends rows to a table with these columns, a vector of each at a time. All or none become visible.</summary>
    public void Append<TRow>(string table, TableSchema<TRow> schema, IEnumerable<TRow> rows)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        Execute("BEGIN");
        try
        {
            using (var appender = new Appender<TRow>(connection, table, schema))
            {
                foreach (var batch in rows.Chunk(Appender<TRow>.BatchRows)) appender.Append(batch);
                appender.Complete();
            }
            Execute("COMMIT");
        }
        catch
        {
            Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>
    /// Writes the rows of a query as Parquet. The same rows in the same order give the same bytes: one thread writes row groups of a fixed size.
    /// The file appears whole or not at all.
    /// </summary>
    public void WriteParquet(string query, string path)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.partial");
        try
        {
            Execute("SET threads TO 1");
            Execute($"COPY ({query.TrimEnd().TrimEnd(';')}\n) TO {SqlText.Literal(partial)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ParquetFile.RowGroupRows}, PRESERVE_ORDER true, OVERWRITE true)");
            File.Move(partial, path, overwrite: true);
        }
        catch (ProblemException e) when (DiskFull.IsToldBy(e.Message))
        {
            throw new ProblemException(DiskFull.Problem("it has no room for the table", new Place(path)), e);
        }
        finally
        {
            File.Delete(partial);
            Execute(string.Create(CultureInfo.InvariantCulture, $"SET threads TO {threads}"));
        }
    }

    public void Dispose()
    {
        if (handle == 0) return;
        connection.Dispose();
        DuckDbApi.duckdb_close(ref handle);
    }

    static unsafe DuckDatabase OpenAt(string path, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _ = DuckDbLibrary.Handle; // fails here, with a message, rather than inside the first call
        DuckDbApi.duckdb_create_config(out var config);
        try
        {
            foreach (var (name, value) in Settings(threads))
                if (DuckDbApi.duckdb_set_config(config, name, value) != DuckDbApi.Success) throw new ProblemException($"DuckDB knows no setting {name}", new Place(DuckDbLibrary.Path), exit: ExitCode.MachineLacks);
            if (DuckDbApi.duckdb_open_ext(path, out var handle, config, out var error) == DuckDbApi.Success) return new DuckDatabase(handle, threads);
            var message = DuckDbApi.Text(error);
            DuckDbApi.duckdb_free(error);
            throw new ProblemException("the database could not be opened", new Place(path), message);
        }
        finally
        {
            DuckDbApi.duckdb_destroy_config(ref config);
        }
    }

    static IEnumerable<(string Name, string Value)> Settings(int threads) =>
    [
        ("threads", threads.ToString(CultureInfo.InvariantCulture)),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("preserve_insertion_order", "true"),
    ];
}
