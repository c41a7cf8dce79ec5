using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Tables.Native;

namespace MergeLab.Tables;

/// <summary>A connection to an open database. One query at a time.</summary>
sealed class Connection : IDisposable
{
    nint handle;

    public Connection(nint database)
    {
        if (DuckDbApi.duckdb_connect(database, out handle) != DuckDbApi.Success) throw new ProblemException("no connection to the database could be made");
    }

    public nint Handle => handle;

    /// <summary>One or more statements whose results, if any, are not wanted.</summary>
    public unsafe void Execute(string sql)
    {
        try
        {
            if (DuckDbApi.duckdb_query(handle, sql, out var result) != DuckDbApi.Success)
            {
                var message = DuckDbApi.Text(DuckDbApi.duckdb_result_error(ref result));
                DuckDbApi.duckdb_destroy_result(ref result);
                throw SqlProblem.Of(message, sql);
            }
            DuckDbApi.duckdb_destroy_result(ref result);
        }
        catch (ArgumentException e)
        {
            throw SqlProblem.Of("the statement is not valid text", sql, e.Message);
        }
    }

    /// <summary>A prepared statement whose columns can all be read, with its parameters bound.</summary>
    public nint Prepare(string sql, IReadOnlyList<object?> parameters)
    {
        var statement = PrepareAsIs(sql, sql);
        if (Readable(statement, sql) is { } readable)
        {
            DuckDbApi.duckdb_destroy_prepare(ref statement);
            statement = PrepareAsIs(readable, sql);
        }
        try
        {
            Bind(statement, parameters, sql);
            return statement;
        }
        catch
        {
            DuckDbApi.duckdb_destroy_prepare(ref statement);
            throw;
        }
    }

    public void Dispose()
    {
        if (handle != 0) DuckDbApi.duckdb_disconnect(ref handle);
    }

    unsafe nint PrepareAsIs(string sql, string shown)
    {
        if (DuckDbApi.duckdb_prepare(handle, sql, out var statement) == DuckDbApi.Success) return statement;
        var message = DuckDbApi.Text(DuckDbApi.duckdb_prepare_error(statement));
        DuckDbApi.duckdb_destroy_prepare(ref statement);
        throw SqlProblem.Of(message, shown);
    }

    /// <summary>The query around the query that converts what cannot be read directly; null where all can.</summary>
    static unsafe string? Readable(nint statement, string sql)
    {
        if (DuckDbApi.duckdb_prepared_statement_type(statement) != DuckDbApi.SelectStatement) return null;
        var count = DuckDbApi.duckdb_prepared_statement_column_count(statement);
        var (outer, inner, converted) = (new List<string>(), new List<string>(), false);
        for (var i = 0UL; i < count; i++)
        {
            var type = DuckDbApi.duckdb_prepared_statement_column_type(statement, i);
            if (type == DuckDbType.Invalid) return null; // not known before the parameters are: seen again with the result
            var conversion = ColumnTypes.Conversion(type, $"c{i}");
            converted |= conversion is not null;
            inner.Add($"c{i}");
            outer.Add($"{conversion ?? $"c{i}"} AS {SqlText.Identifier(DuckDbApi.Text(DuckDbApi.duckdb_prepared_statement_column_name(statement, i)))}");
        }
        // The line break ends a comment that the query may end with.
        return converted ? $"SELECT {string.Join(", ", outer)} FROM ({sql.TrimEnd().TrimEnd(';')}\n) AS query({string.Join(", ", inner)})" : null;
    }

    static void Bind(nint statement, IReadOnlyList<object?> parameters, string sql)
    {
        var wanted = DuckDbApi.duckdb_nparams(statement);
        if (wanted != (ulong)parameters.Count) throw SqlProblem.Of($"the query has {wanted} parameters, {parameters.Count} were given", sql);
        for (var i = 0; i < parameters.Count; i++)
            if (Bind(statement, (ulong)i + 1, parameters[i]) != DuckDbApi.Success) throw SqlProblem.Of($"parameter {i + 1} could not be bound", sql);
    }

    static unsafe int Bind(nint statement, ulong index, object? value)
    {
        switch (value)
        {
            case null: return DuckDbApi.duckdb_bind_null(statement, index);
            case bool b: return DuckDbApi.duckdb_bind_boolean(statement, index, b);
            case int i: return DuckDbApi.duckdb_bind_int64(statement, index, i);
            case long l: return DuckDbApi.duckdb_bind_int64(statement, index, l);
            case float f: return DuckDbApi.duckdb_bind_double(statement, index, f);
            case double d: return DuckDbApi.duckdb_bind_double(statement, index, d);
            case string s:
                var utf8 = Encoding.UTF8.GetBytes(s + '\0'); // never empty, so that it can be pinned
                fixed (byte* bytes = utf8) return DuckDbApi.duckdb_bind_varchar_length(statement, index, bytes, (ulong)utf8.Length - 1);
            default: throw new ArgumentException($"a parameter of type {value.GetType().Name}; known: bool, int, long, float, double, string, null", nameof(value));
        }
    }
}
