namespace MergeLab.Tables.Native;

/// <summary>duckdb_type, as far as told apart here.</summary>
enum DuckDbType
{
    Invalid = 0,
    Boolean = 1,
    TinyInt = 2,
    SmallInt = 3,
    Integer = 4,
    BigInt = 5,
    UTinyInt = 6,
    USmallInt = 7,
    UInteger = 8,
    UBigInt = 9,
    Float = 10,
    Double = 11,
    Timestamp = 12,
    HugeInt = 16,
    Varchar = 17,
    Blob = 18,
    Decimal = 19,
    TimestampSeconds = 20,
    TimestampMilliseconds = 21,
    TimestampNanoseconds = 22,
    List = 24,
    Struct = 25,
    Map = 26,
    Union = 28,
    TimestampWithZone = 31,
    Array = 33,
}
