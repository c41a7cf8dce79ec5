using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace MergeLab.Tables.Native;

/// <summary>DuckDB's C API, as far as it is used here (duckdb.h of version 1.5). State: 0 success, 1 error.</summary>
static unsafe partial class DuckDbApi
{
    const string Library = DuckDbLibrary.Name;

    public const int Success = 0;
    public const int SelectStatement = 1;

    static DuckDbApi() => NativeLibrary.SetDllImportResolver(typeof(DuckDbApi).Assembly, (name, _, _) => name == Library ? DuckDbLibrary.Handle : 0);

    /// <summary>duckdb_result: passed by value to some functions.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Result
    {
        public nint ColumnCount, RowCount, RowsChanged, Columns, ErrorMessage, Internal;
    }

    [LibraryImport(Library)] public static partial byte* duckdb_library_version();
    [LibraryImport(Library)] public static partial void duckdb_free(void* pointer);

    [LibraryImport(Library)] public static partial int duckdb_create_config(out nint config);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int duckdb_set_config(nint config, string name, string option);
    [LibraryImport(Library)] public static partial void duckdb_destroy_config(ref nint config);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int duckdb_open_ext(string path, out nint database, nint config, out byte* error);
    [LibraryImport(Library)] public static partial void duckdb_close(ref nint database);
    [LibraryImport(Library)] public static partial int duckdb_connect(nint database, out nint connection);
    [LibraryImport(Library)] public static partial void duckdb_disconnect(ref nint connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int duckdb_query(nint connection, string sql, out Result result);
    [LibraryImport(Library)] public static partial byte* duckdb_result_error(ref Result result);
    [LibraryImport(Library)] public static partial void duckdb_destroy_result(ref Result result);
    [LibraryImport(Library)] public static partial ulong duckdb_column_count(ref Result result);
    [LibraryImport(Library)] public static partial byte* duckdb_column_name(ref Result result, ulong column);
    [LibraryImport(Library)] public static partial DuckDbType duckdb_column_type(ref Result result, ulong column);
    [LibraryImport(Library)] public static partial nint duckdb_fetch_chunk(Result result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int duckdb_prepare(nint connection, string sql, out nint statement);
    [LibraryImport(Library)] public static partial void duckdb_destroy_prepare(ref nint statement);
    [LibraryImport(Library)] public static partial byte* duckdb_prepare_error(nint statement);
    [LibraryImport(Library)] public static partial int duckdb_prepared_statement_type(nint statement);
    [LibraryImport(Library)] public static partial ulong duckdb_prepared_statement_column_count(nint statement);
    [LibraryImport(Library)] public static partial byte* duckdb_prepared_statement_column_name(nint statement, ulong column);
    [LibraryImport(Library)] public static partial DuckDbType duckdb_prepared_statement_column_type(nint statement, ulong column);
    [LibraryImport(Library)] public static partial ulong duckdb_nparams(nint statement);
    [LibraryImport(Library)] public static partial int duckdb_bind_null(nint statement, ulong index);
    [LibraryImport(Library)] public static partial int duckdb_bind_boolean(nint statement, ulong index, [MarshalAs(UnmanagedType.U1)] bool value);
    [LibraryImport(Library)] public static partial int duckdb_bind_int64(nint statement, ulong index, long value);
    [LibraryImport(Library)] public static partial int duckdb_bind_double(nint statement, ulong index, double value);
    [LibraryImport(Library)] public static partial int duckdb_bind_varchar_length(nint statement, ulong index, byte* text, ulong length);
    [LibraryImport(Library)] public static partial int duckdb_execute_prepared_streaming(nint statement, out Result result);

    [LibraryImport(Library)] public static partial nint duckdb_create_logical_type(DuckDbType type);
    [LibraryImport(Library)] public static partial void duckdb_destroy_logical_type(ref nint type);
    [LibraryImport(Library)] public static partial nint duckdb_create_data_chunk(nint* types, ulong count);
    [LibraryImport(Library)] public static partial void duckdb_destroy_data_chunk(ref nint chunk);
    [LibraryImport(Library)] public static partial void duckdb_data_chunk_reset(nint chunk);
    [LibraryImport(Library)] public static partial ulong duckdb_data_chunk_get_size(nint chunk);
    [LibraryImport(Library)] public static partial void duckdb_data_chunk_set_size(nint chunk, ulong size);
    [LibraryImport(Library)] public static partial nint duckdb_data_chunk_get_vector(nint chunk, ulong column);
    [LibraryImport(Library)] public static partial void* duckdb_vector_get_data(nint vector);
    [LibraryImport(Library)] public static partial ulong* duckdb_vector_get_validity(nint vector);
    [LibraryImport(Library)] public static partial void duckdb_vector_ensure_validity_writable(nint vector);
    [LibraryImport(Library)] public static partial void duckdb_vector_assign_string_element_len(nint vector, ulong index, byte* text, ulong length);
    [LibraryImport(Library)] public static partial ulong duckdb_vector_size();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int duckdb_appender_create(nint connection, string? schema, string table, out nint appender);
    [LibraryImport(Library)] public static partial byte* duckdb_appender_error(nint appender);
    [LibraryImport(Library)] public static partial int duckdb_append_data_chunk(nint appender, nint chunk);
    [LibraryImport(Library)] public static partial int duckdb_appender_close(nint appender);
    [LibraryImport(Library)] public static partial int duckdb_appender_destroy(ref nint appender);

    public static string Text(byte* utf8) => Utf8StringMarshaller.ConvertToManaged(utf8) ?? "";
}
