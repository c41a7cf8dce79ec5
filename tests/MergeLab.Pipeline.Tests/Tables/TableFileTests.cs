using System.IO.Compression;
using MergeLab.Core.Errors;
using MergeLab.Tables;

namespace MergeLab.Pipeline.Tests.Tables;

public class TableFileTests
{
    sealed record Row(bool? Flag, int? Small, long? Large, float? Single, double? Double, string? Text);

    static readonly TableSchema<Row> schema = new TableSchema<Row>()
        .Boolean("flag", r => r.Flag).Int32("small", r => r.Small).Int64("large", r => r.Large).Single("single", r => r.Single).Double("double", r => r.Double).Text("text", r => r.Text);

    static readonly Row[] rows =
    [
        new(true, int.MinValue, long.MaxValue, 0.1f, 0.1, "short"),
        new(null, null, null, null, null, null),
        new(false, 0, -1, float.NegativeInfinity, double.NaN, "long enough to lie outside: grün 猫 😀"),
        new(true, 7, 7, float.Epsilon, -0.0, ""),
        new(true, 7, 7, 1, double.MaxValue, "with \0 inside"),
    ];

    /// <summary>More than one row group, and more than one vector in each.</summary>
    static IEnumerable<Row> Many(int count) => Enumerable.Range(0, count).Select(i => rows[i % rows.Length] with { Large = i, Text = i % 11 == 0 ? null : $"example {i}" });

    [Theory]
    [InlineData("rows.parquet")]
    [InlineData("it's \"quoted\".parquet")]
    [InlineData("stars [a*]?.parquet")]
    [InlineData("größe 猫.parquet")]
    public void Rows_come_back_from_parquet_as_they_were(string name)
    {
        using var scratch = new ScratchFolder();
        var path = scratch.File("sub folder", name);
        ParquetFile.Write(path, schema, rows);
        using var database = DuckDatabase.OpenInMemory();
        using var result = database.ReadTable(path);
        Assert.Equal(["flag", "small", "large", "single", "double", "text"], result.Columns.Select(c => c.Name));
        Assert.Equal(rows, result.Rows().Select(r => new Row((bool?)r[0], (int?)r[1], (long?)r[2], (float?)r[3], (double?)r[4], (string?)r[5])));
        Assert.Equal([path], Directory.EnumerateFiles(scratch.File("sub folder")));
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes_on_every_run_and_for_any_number_of_threads()
    {
        using var scratch = new ScratchFolder();
        const int Count = 130_000;
        ParquetFile.Write(scratch.File("a.parquet"), schema, Many(Count));
        ParquetFile.Write(scratch.File("b.parquet"), schema, Many(Count));
        using (var database = DuckDatabase.OpenInMemory(threads: 4))
        {
            database.CreateTable("r", schema);
            database.Append("r", schema, Many(Count));
            database.WriteParquet("SELECT * FROM r;", scratch.File("c.parquet"));
        }
        var expected = File.ReadAllBytes(scratch.File("a.parquet"));
        Assert.Equal(expected, File.ReadAllBytes(scratch.File("b.parquet")));
        Assert.Equal(expected, File.ReadAllBytes(scratch.File("c.parquet")));
        using var reader = DuckDatabase.OpenInMemory();
        Assert.Equal((long)Count, reader.Scalar($"SELECT count(*) FROM {TableFile.Source(scratch.File("a.parquet"))}"));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), reader.Query($"SELECT large FROM {TableFile.Source(scratch.File("a.parquet"))}").Rows().Select(r => (long)r[0]!));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var scratch = new ScratchFolder();
        var path = scratch.Write("t.parquet", "old");
        using var database = DuckDatabase.OpenInMemory();
        Assert.Throws<ProblemException>(() => database.WriteParquet("SELECT CAST('x' || i AS INTEGER) FROM range(9) AS r(i)", path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(scratch.Path));
    }

    [Fact]
    public void An_append_that_fails_adds_no_rows()
    {
        using var database = DuckDatabase.OpenInMemory();
        database.CreateTable("t", schema);
        Assert.Throws<InvalidOperationException>(() => database.Append("t", schema, Many(5_000).Concat(Failing())));
        Assert.Equal(0L, database.Scalar("SELECT count(*) FROM t"));
        var error = Assert.Throws<ProblemException>(() => database.Append("t", schema, [rows[0] with { Text = "\ud800" }]));
        Assert.Contains("column 'text'", error.Message);
        Assert.Contains("missing", Assert.Throws<ProblemException>(() => database.Append("missing", schema, rows)).Message);
        database.Append("t", schema, rows);
        Assert.Equal((long)rows.Length, database.Scalar("SELECT count(*) FROM t"));

        static IEnumerable<Row> Failing() => throw new InvalidOperationException();
    }

    [Theory]
    [InlineData("t.csv", "id,text\n1,grün\n2,\n")]
    [InlineData("t.tsv", "id\ttext\n1\tgrün\n2\t\n")]
    [InlineData("t.jsonl", "{\"id\": 1, \"text\": \"grün\"}\n{\"id\": 2, \"text\": null}\n")]
    [InlineData("t.json", "[{\"id\": 1, \"text\": \"grün\"}, {\"id\": 2}]")]
    public void Text_tables_are_read_by_their_ending(string name, string content)
    {
        using var scratch = new ScratchFolder();
        using var database = DuckDatabase.OpenInMemory();
        Check(scratch.Write(name, content));
        var zipped = scratch.File(name + ".gz");
        using (var gzip = new GZipStream(File.Create(zipped), CompressionLevel.Fastest)) gzip.Write(System.Text.Encoding.UTF8.GetBytes(content));
        Check(zipped);

        void Check(string path)
        {
            using var result = database.ReadTable(path);
            Assert.Equal(["id", "text"], result.Columns.Select(c => c.Name));
            Assert.Equal([[1L, "grün"], [2L, null]], result.Rows());
        }
    }

    [Fact]
    public void Unknown_missing_and_damaged_files_are_refused_by_name()
    {
        using var scratch = new ScratchFolder();
        using var database = DuckDatabase.OpenInMemory();
        Assert.Contains("known: .parquet", Assert.Throws<ProblemException>(() => database.ReadTable(scratch.Write("t.xlsx", ""))).Message);
        Assert.Contains("missing.csv", Assert.Throws<ProblemException>(() => database.ReadTable(scratch.File("missing.csv"))).Message);
        Assert.Contains("broken.parquet", Assert.Throws<ProblemException>(() => database.ReadTable(scratch.Write("broken.parquet", "PAR1 this is not a table PAR1"))).Message);
    }
}
