using MergeLab.Tables.Native;

namespace MergeLab.Tables;

/// <summary>Fills a table by data chunks.</summary>
sealed unsafe class Appender<TRow> : IDisposable
{
    readonly TableSchema<TRow> schema;
    readonly string table;
    nint appender, chunk;

    public Appender(Connection connection, string table, TableSchema<TRow> schema)
    {
        (this.schema, this.table) = (schema, table);
        if (DuckDbApi.duckdb_appender_create(connection.Handle, null, table, out appender) != DuckDbApi.Success) throw Failure();
        var types = schema.Columns.Select(c => DuckDbApi.duckdb_create_logical_type(ColumnTypes.For(c.Type).Type)).ToArray();
        fixed (nint* pointer = types) chunk = DuckDbApi.duckdb_create_data_chunk(pointer, (ulong)types.Length);
        for (var i = 0; i < types.Length; i++) DuckDbApi.duckdb_destroy_logical_type(ref types[i]);
    }

    /// <summary>Rows of one data chunk.</summary>
    public static int BatchRows => checked((int)DuckDbApi.duckdb_vector_size());

    /// <param name="rows">At most <see cref="BatchRows"/>.</param>
    public void Append(ReadOnlySpan<TRow> rows)
    {
        DuckDbApi.duckdb_data_chunk_reset(chunk);
        for (var i = 0; i < schema.Columns.Count; i++) schema.Columns[i].Write(rows, DuckDbApi.duckdb_data_chunk_get_vector(chunk, (ulong)i));
        DuckDbApi.duckdb_data_chunk_set_size(chunk, (ulong)rows.Length);
        if (DuckDbApi.duckdb_append_data_chunk(appender, chunk) != DuckDbApi.Success) throw Failure();
    }

    /// <summary>Flushes what is left.</summary>
    public void Complete()
    {
        if (DuckDbApi.duckdb_appender_close(appender) != DuckDbApi.Success) throw Failure();
    }

    public void Dispose()
    {
        DuckDbApi.duckdb_destroy_data_chunk(ref chunk);
        _ = DuckDbApi.duckdb_appender_destroy(ref appender);
    }

    Core.Errors.ProblemException Failure()
    {
        var message = DuckDbApi.Text(DuckDbApi.duckdb_appender_error(appender));
        return SqlProblem.Of(message, $"rows for the table {table}");
    }
}
