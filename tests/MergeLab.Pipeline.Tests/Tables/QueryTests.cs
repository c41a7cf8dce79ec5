using MergeLab.Core.Errors;
using MergeLab.Tables;

namespace MergeLab.Pipeline.Tests.Tables;

public class QueryTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("(-7)::TINYINT", (sbyte)-7)]
    [InlineData("(-300)::SMALLINT", (short)-300)]
    [InlineData("42", 42)]
    [InlineData("9007199254740993", 9007199254740993L)]
    [InlineData("200::UTINYINT", (byte)200)]
    [InlineData("60000::USMALLINT", (ushort)60000)]
    [InlineData("4000000000::UINTEGER", 4000000000u)]
    [InlineData("18446744073709551615::UBIGINT", 18446744073709551615UL)]
    [InlineData("0.1::FLOAT", 0.1f)]
    [InlineData("0.1::DOUBLE", 0.1)]
    [InlineData("1.25", 1.25)]
    [InlineData("'twelve bytes'", "twelve bytes")]
    [InlineData("'thirteen byte'", "thirteen byte")]
    [InlineData("''", "")]
    [InlineData("'grün 猫 😀 and more than twelve bytes'", "grün 猫 😀 and more than twelve bytes")]
    [InlineData("DATE '2024-02-29'", "2024-02-29")]
    [InlineData("TIMESTAMP '2024-02-29 13:05:06.25'", "2024-02-29T13:05:06.25")]
    [InlineData("TIMESTAMPTZ '2024-02-29 13:05:06+00'", "2024-02-29T13:05:06+00")]
    [InlineData("TIME '13:05:06'", "13:05:06")]
    [InlineData("[1, NULL, 3]", "[1,null,3]")]
    [InlineData("{'a': 'x', 'b': [1.5]}", """{"a":"x","b":[1.5]}""")]
    [InlineData("MAP {'k': 1}", """{"k":1}""")]
    [InlineData("uuid '00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001")]
    public void A_value_of_each_type_is_read_and_so_is_its_null(string sql, object expected)
    {
        using var database = DuckDatabase.OpenInMemory();
        using var result = database.Query($"SELECT v AS \"name\" FROM (VALUES (1, {sql}), (2, NULL)) AS t(i, v) ORDER BY i;  ");
        Assert.Equal("name", result.Columns.Single().Name);
        Assert.Equal([expected, null], result.Rows().Select(r => r[0]));
    }

    [Fact]
    public void Sums_of_integers_keep_every_digit_and_blobs_every_byte()
    {
        using var database = DuckDatabase.OpenInMemory();
        Assert.Equal((Int128)9223372036854775807 * 2, database.Scalar("SELECT sum(v) FROM (VALUES (9223372036854775807), (9223372036854775807)) AS t(v)"));
        Assert.Equal(new byte[] { 0, 255, 39 }, database.Scalar(@"SELECT '\x00\xFF\x27'::BLOB"));
    }

    [Fact]
    public void Rows_beyond_one_batch_come_in_order_and_read_in_place()
    {
        using var database = DuckDatabase.OpenInMemory(threads: 2);
        using var result = database.Query("SELECT i, i * 0.5::DOUBLE AS h, CASE WHEN i % 3 = 0 THEN NULL ELSE 'row number ' || i END AS t FROM range(10000) AS r(i) ORDER BY i");
        var (row, batches) = (0L, 0);
        foreach (var batch in result.Batches())
        {
            batches++;
            var whole = batch.Values<long>(0);
            var half = batch.Values<double>(1);
            for (var i = 0; i < batch.Count; i++, row++)
            {
                Assert.Equal((row, row * 0.5), (whole[i], half[i]));
                Assert.Equal(row % 3 == 0 ? null : $"row number {row}", batch.Text(2, i));
            }
        }
        Assert.Equal(10_000, row);
        Assert.True(batches > 1);
    }

    [Fact]
    public void Parameters_are_values_never_sql()
    {
        using var database = DuckDatabase.OpenInMemory();
        const string Hostile = "'; DROP TABLE t; -- \0 grün";
        using var result = database.Query("SELECT $1::VARCHAR, $2::BIGINT, $3::DOUBLE, $4::BOOLEAN, $5::VARCHAR, $6::VARCHAR", Hostile, 7, 0.25, true, null, "");
        Assert.Equal([Hostile, 7L, 0.25, true, null, ""], result.Rows().Single());
        Assert.Contains("2 parameters", Assert.Throws<ProblemException>(() => database.Query("SELECT ?, ?", 1)).Message);
    }

    [Fact]
    public void Names_with_quotes_and_queries_that_end_with_a_comment_work()
    {
        using var database = DuckDatabase.OpenInMemory();
        const string Odd = "a \"b\" 'c' ü";
        database.CreateTable(Odd, new TableSchema<int>().Int32(Odd, i => i));
        database.Append(Odd, new TableSchema<int>().Int32(Odd, i => i), [3, 4]);
        using var result = database.Query($"SELECT {SqlText.Identifier(Odd)}, DATE '2024-01-01' AS {SqlText.Identifier(Odd)} FROM {SqlText.Identifier(Odd)} -- all");
        Assert.Equal([Odd, Odd], result.Columns.Select(c => c.Name));
        Assert.Equal([[3, "2024-01-01"], [4, "2024-01-01"]], result.Rows());
    }

    [Theory]
    [InlineData("SELEC 1", "syntax error")]
    [InlineData("SELECT nothing FROM nowhere", "nowhere")]
    [InlineData("SELECT CAST(t AS INTEGER) FROM (VALUES ('x')) AS v(t)", "Could not convert")]
    [InlineData("SELECT CASE WHEN i = 9000 THEN CAST('x' || i AS INTEGER) ELSE 1 END FROM range(10000) AS r(i)", "Could not convert")]
    public void A_wrong_query_is_the_users_mistake_with_duckdbs_reason(string sql, string reason)
    {
        using var database = DuckDatabase.OpenInMemory();
        var error = Assert.Throws<ProblemException>(() =>
        {
            using var result = database.Query(sql);
            result.Rows().Count();
        });
        Assert.Equal(ExitCode.BadInput, error.Problem.Exit);
        Assert.Contains(reason, error.Message);
        Assert.Contains(sql, error.Message);
        Assert.Equal(1, database.Scalar("SELECT 1"));
    }

    [Fact]
    public void Two_results_can_be_read_side_by_side()
    {
        using var database = DuckDatabase.OpenInMemory();
        using var a = database.Query("SELECT i FROM range(5000) AS r(i)");
        using var b = database.Query("SELECT i FROM range(5000) AS r(i)");
        Assert.All(a.Rows().Zip(b.Rows()), p => Assert.Equal(p.First, p.Second));
    }

    [Fact]
    public void Nothing_is_fetched_from_the_network()
    {
        using var database = DuckDatabase.OpenInMemory();
        Assert.Equal("false", database.Scalar("SELECT current_setting('autoinstall_known_extensions')::VARCHAR"));
        Assert.Equal("false", database.Scalar("SELECT current_setting('autoload_known_extensions')::VARCHAR"));
        Assert.Throws<ProblemException>(() => database.Query("SELECT * FROM read_parquet('https://example.invalid/x.parquet')"));
    }

    [Fact]
    public void A_database_file_keeps_its_tables()
    {
        using var scratch = new ScratchFolder();
        using (var database = DuckDatabase.Open(scratch.File("it's.db"))) database.Execute("CREATE TABLE t AS SELECT 5 AS v");
        using (var database = DuckDatabase.Open(scratch.File("it's.db"))) Assert.Equal(5, database.Scalar("SELECT v FROM t"));
        Assert.Contains("could not be opened", Assert.Throws<ProblemException>(() => DuckDatabase.Open(scratch.Write("bad.db", new string('x', 9_000)))).Message);
    }
}
