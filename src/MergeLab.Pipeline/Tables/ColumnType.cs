using MergeLab.Tables.Native;

namespace MergeLab.Tables;

/// <summary>Types of columns. What DuckDB has beyond these is converted: see <see cref="DuckDatabase.Query"/>.</summary>
public enum ColumnType
{
    Boolean,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int128,
    Single,
    Double,

    /// <summary>UTF-8 text, and everything that is shown as text.</summary>
    Text,

    Bytes,
}

static class ColumnTypes
{
    public static ColumnType? From(DuckDbType type) => type switch
    {
        DuckDbType.Boolean => ColumnType.Boolean,
        DuckDbType.TinyInt => ColumnType.Int8,
        DuckDbType.SmallInt => ColumnType.Int16,
        DuckDbType.Integer => ColumnType.Int32,
        DuckDbType.BigInt => ColumnType.Int64,
        DuckDbType.UTinyInt => ColumnType.UInt8,
        DuckDbType.USmallInt => ColumnType.UInt16,
        DuckDbType.UInteger => ColumnType.UInt32,
        DuckDbType.UBigInt => ColumnType.UInt64,
        DuckDbType.HugeInt => ColumnType.Int128,
        DuckDbType.Float => ColumnType.Single,
        DuckDbType.Double => ColumnType.Double,
        DuckDbType.Varchar => ColumnType.Text,
        DuckDbType.Blob => ColumnType.Bytes,
        _ => null,
    };

    /// <summary>The SQL that turns a column which cannot be read directly into one that can; null where it can.</summary>
    public static string? Conversion(DuckDbType type, string column) => type switch
    {
        _ when From(type) is not null => null,
        DuckDbType.Decimal => $"CAST({column} AS DOUBLE)",
        DuckDbType.Timestamp or DuckDbType.TimestampSeconds or DuckDbType.TimestampMilliseconds or DuckDbType.TimestampNanoseconds or DuckDbType.TimestampWithZone =>
            $"replace(CAST({column} AS VARCHAR), ' ', 'T')",
        DuckDbType.List or DuckDbType.Array or DuckDbType.Struct or DuckDbType.Map or DuckDbType.Union => $"CAST(to_json({column}) AS VARCHAR)",
        _ => $"CAST({column} AS VARCHAR)",
    };

    public static (DuckDbType Type, string Sql) For(ColumnType type) => type switch
    {
        ColumnType.Boolean => (DuckDbType.Boolean, "BOOLEAN"),
        ColumnType.Int32 => (DuckDbType.Integer, "INTEGER"),
        ColumnType.Int64 => (DuckDbType.BigInt, "BIGINT"),
        ColumnType.Single => (DuckDbType.Float, "FLOAT"),
        ColumnType.Double => (DuckDbType.Double, "DOUBLE"),
        ColumnType.Text => (DuckDbType.Varchar, "VARCHAR"),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type that rows are written with"),
    };
}
