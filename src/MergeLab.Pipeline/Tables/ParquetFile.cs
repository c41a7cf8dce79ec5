namespace MergeLab.Tables;

/// <summary>Parquet files of rows.</summary>
public static class ParquetFile
{
    /// <summary>DuckDB's default, written down because the bytes depend on it.</summary>
    internal const int RowGroupRows = 122_880;

    const string Table = "rows";

    /// <summary>Writes rows; the same rows give the same bytes on every run. The file appears whole or not at all.</summary>
    public static void Write<TRow>(string path, TableSchema<TRow> schema, IEnumerable<TRow> rows)
    {
        using var database = DuckDatabase.OpenInMemory();
        database.CreateTable(Table, schema);
        database.Append(Table, schema, rows);
        database.WriteParquet($"SELECT * FROM {SqlText.Identifier(Table)}", path);
    }
}
