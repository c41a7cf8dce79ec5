using System.Text;
using MergeLab.Tables.Native;

namespace MergeLab.Tables;

/// <summary>Columns of a table and where their values come from in a row of type <typeparamref name="TRow"/>. Values go straight into DuckDB's vectors, without boxing.</summary>
/// <example><c>new TableSchema&lt;Cell&gt;().Text("task", c => c.Task).Double("value", c => c.Value)</c></example>
public sealed class TableSchema<TRow>
{
    readonly List<Column> columns = [];

    internal IReadOnlyList<Column> Columns => columns;

    public TableSchema<TRow> Boolean(string name, Func<TRow, bool?> value) => Add(new ValueColumn<bool>(name, ColumnType.Boolean, value));

    public TableSchema<TRow> Int32(string name, Func<TRow, int?> value) => Add(new ValueColumn<int>(name, ColumnType.Int32, value));

    public TableSchema<TRow> Int64(string name, Func<TRow, long?> value) => Add(new ValueColumn<long>(name, ColumnType.Int64, value));

    public TableSchema<TRow> Single(string name, Func<TRow, float?> value) => Add(new ValueColumn<float>(name, ColumnType.Single, value));

    public TableSchema<TRow> Double(string name, Func<TRow, double?> value) => Add(new ValueColumn<double>(name, ColumnType.Double, value));

    public TableSchema<TRow> Text(string name, Func<TRow, string?> value) => Add(new TextColumn(name, value));

    TableSchema<TRow> Add(Column column)
    {
        columns.Add(column);
        return this;
    }

    internal abstract class Column(string name, ColumnType type)
    {
        public string Name => name;
        public ColumnType Type => type;

        /// <summary>Puts the values of some rows into a vector.</summary>
        public abstract void Write(ReadOnlySpan<TRow> rows, nint vector);

        protected static unsafe void SetNull(nint vector, int row)
        {
            DuckDbApi.duckdb_vector_ensure_validity_writable(vector);
            DuckDbApi.duckdb_vector_get_validity(vector)[row / 64] &= ~(1UL << (row % 64));
        }
    }

    sealed class ValueColumn<T>(string name, ColumnType type, Func<TRow, T?> value) : Column(name, type) where T : unmanaged
    {
        public override unsafe void Write(ReadOnlySpan<TRow> rows, nint vector)
        {
            var data = (T*)DuckDbApi.duckdb_vector_get_data(vector);
            for (var i = 0; i < rows.Length; i++)
            {
                if (value(rows[i]) is { } present) data[i] = present;
                else SetNull(vector, i);
            }
        }
    }

    sealed class TextColumn(string name, Func<TRow, string?> value) : Column(name, ColumnType.Text)
    {
        /// <summary>A lone surrogate is no text: refused, not replaced.</summary>
        static readonly UTF8Encoding strict = new(false, throwOnInvalidBytes: true);

        public override unsafe void Write(ReadOnlySpan<TRow> rows, nint vector)
        {
            var buffer = new byte[256];
            for (var i = 0; i < rows.Length; i++)
            {
                if (value(rows[i]) is not { } text)
                {
                    SetNull(vector, i);
                    continue;
                }
                var most = strict.GetMaxByteCount(text.Length);
                if (buffer.Length < most) buffer = new byte[Math.Max(most, buffer.Length * 2)];
                var length = Encode(text, buffer);
                fixed (byte* bytes = buffer) DuckDbApi.duckdb_vector_assign_string_element_len(vector, (ulong)i, bytes, (ulong)length);
            }
        }

        int Encode(string text, byte[] buffer)
        {
            try
            {
                return strict.GetBytes(text, buffer);
            }
            catch (EncoderFallbackException e)
            {
                throw new Core.Errors.ProblemException($"a value of the column '{Name}' is not valid Unicode text", why: e.Message, inner: e);
            }
        }
    }
}
