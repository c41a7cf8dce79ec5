using System.Text;
using MergeLab.Tables.Native;

namespace MergeLab.Tables;

/// <summary>Some rows of a query's result, read in place. Valid until the next batch is fetched.</summary>
public sealed unsafe class RowBatch
{
    readonly IReadOnlyList<ResultColumn> columns;
    readonly void*[] data;
    readonly ulong*[] validity;

    internal RowBatch(nint chunk, IReadOnlyList<ResultColumn> columns)
    {
        this.columns = columns;
        Count = checked((int)DuckDbApi.duckdb_data_chunk_get_size(chunk));
        data = new void*[columns.Count];
        validity = new ulong*[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            var vector = DuckDbApi.duckdb_data_chunk_get_vector(chunk, (ulong)i);
            data[i] = DuckDbApi.duckdb_vector_get_data(vector);
            validity[i] = DuckDbApi.duckdb_vector_get_validity(vector);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>The value as bool, a number of the column's type, string or byte[]; null for NULL.</summary>
    public object? this[int column, int row] => IsNull(column, row) ? null : columns[column].Type switch
    {
        ColumnType.Boolean => Values<bool>(column)[row],
        ColumnType.Int8 => Values<sbyte>(column)[row],
        ColumnType.Int16 => Values<short>(column)[row],
        ColumnType.Int32 => Values<int>(column)[row],
        ColumnType.Int64 => Values<long>(column)[row],
        ColumnType.UInt8 => Values<byte>(column)[row],
        ColumnType.UInt16 => Values<ushort>(column)[row],
        ColumnType.UInt32 => Values<uint>(column)[row],
        ColumnType.UInt64 => Values<ulong>(column)[row],
        ColumnType.Int128 => Values<Int128>(column)[row],
        ColumnType.Single => Values<float>(column)[row],
        ColumnType.Double => Values<double>(column)[row],
        ColumnType.Bytes => Utf8(column, row).ToArray(),
        _ => Text(column, row),
    };

    public bool IsNull(int column, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count);
        return validity[column] is var mask && mask != null && (mask[row / 64] >> (row % 64) & 1) == 0;
    }

    /// <summary>A column of numbers or bools; where <see cref="IsNull"/>, the value means nothing.</summary>
    public ReadOnlySpan<T> Values<T>(int column) where T : unmanaged
    {
        if (sizeof(T) != Size(columns[column].Type)) throw new InvalidCastException($"column '{columns[column].Name}' holds {columns[column].Type}, not {typeof(T).Name}");
        return new ReadOnlySpan<T>(data[column], Count);
    }

    public string? Text(int column, int row) => IsNull(column, row) ? null : Encoding.UTF8.GetString(Utf8(column, row));

    /// <summary>The bytes of a text or blob, in place.</summary>
    public ReadOnlySpan<byte> Utf8(int column, int row)
    {
        if (columns[column].Type is not (ColumnType.Text or ColumnType.Bytes)) throw new InvalidCastException($"column '{columns[column].Name}' holds {columns[column].Type}, not text");
        if (IsNull(column, row)) return default;
        // duckdb_string_t: a length, then up to 12 bytes in place, or 4 bytes of prefix and a pointer.
        const int InPlace = 12;
        var entry = (byte*)data[column] + 16L * row;
        var length = *(uint*)entry;
        return new ReadOnlySpan<byte>(length <= InPlace ? entry + 4 : *(byte**)(entry + 8), checked((int)length));
    }

    static int Size(ColumnType type) => type switch
    {
        ColumnType.Boolean or ColumnType.Int8 or ColumnType.UInt8 => 1,
        ColumnType.Int16 or ColumnType.UInt16 => 2,
        ColumnType.Int32 or ColumnType.UInt32 or ColumnType.Single => 4,
        ColumnType.Int64 or ColumnType.UInt64 or ColumnType.Double => 8,
        ColumnType.Int128 => 16,
        _ => -1,
    };
}

/// <summary>A column of a query's result.</summary>
public sealed record ResultColumn(string Name, ColumnType Type);
