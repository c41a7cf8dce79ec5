using MergeLab.Tables.Native;

namespace MergeLab.Tables;

/// <summary>A running query: its columns, and its rows as they come. To be disposed.</summary>
public sealed class QueryResult : IDisposable
{
    readonly Connection connection;
    nint statement;
    DuckDbApi.Result result;
    bool disposed, read;

    internal unsafe QueryResult(Connection connection, nint statement, string sql)
    {
        (this.connection, this.statement) = (connection, statement);
        if (DuckDbApi.duckdb_execute_prepared_streaming(statement, out result) != DuckDbApi.Success)
        {
            var message = DuckDbApi.Text(DuckDbApi.duckdb_result_error(ref result));
            Dispose();
            throw SqlProblem.Of(message, sql);
        }
        var columns = new ResultColumn[DuckDbApi.duckdb_column_count(ref result)];
        for (var i = 0UL; i < (ulong)columns.Length; i++)
        {
            var (name, type) = (DuckDbApi.Text(DuckDbApi.duckdb_column_name(ref result, i)), DuckDbApi.duckdb_column_type(ref result, i));
            if (ColumnTypes.From(type) is not { } known)
            {
                Dispose();
                throw SqlProblem.Of($"column '{name}' has a type that is not read here (number {(int)type})", sql, "cast it, for instance to VARCHAR");
            }
            columns[i] = new ResultColumn(name, known);
        }
        (Columns, Sql) = (columns, sql);
    }

    public IReadOnlyList<ResultColumn> Columns { get; } = [];

    string Sql { get; } = "";

    /// <summary>The rows in batches of up to 2,048, each valid until the next. Once only.</summary>
    public IEnumerable<RowBatch> Batches()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (read) throw new InvalidOperationException("the result was read already");
        read = true;
        return Walk();

        IEnumerable<RowBatch> Walk()
        {
            while (Fetch() is not 0 and var chunk)
            {
                try
                {
                    yield return new RowBatch(chunk, Columns);
                }
                finally
                {
                    DuckDbApi.duckdb_destroy_data_chunk(ref chunk);
                }
            }
            CheckError();
        }
    }

    /// <summary>The rows, values as <see cref="RowBatch.this"/> gives them.</summary>
    public IEnumerable<object?[]> Rows()
    {
        foreach (var batch in Batches())
        {
            for (var row = 0; row < batch.Count; row++)
            {
                var values = new object?[Columns.Count];
                for (var column = 0; column < values.Length; column++) values[column] = batch[column, row];
                yield return values;
            }
        }
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        DuckDbApi.duckdb_destroy_result(ref result);
        DuckDbApi.duckdb_destroy_prepare(ref statement);
        connection.Dispose();
    }

    nint Fetch()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return DuckDbApi.duckdb_fetch_chunk(result);
    }

    /// <summary>A streamed query fails while it is read: then the chunks just end.</summary>
    unsafe void CheckError()
    {
        var error = DuckDbApi.duckdb_result_error(ref result);
        if (error != null && *error != 0) throw SqlProblem.Of(DuckDbApi.Text(error), Sql);
    }
}
