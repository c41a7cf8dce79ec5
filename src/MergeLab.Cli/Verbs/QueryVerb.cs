using System.CommandLine;
using System.Globalization;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Results;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab query SQL</c>: a question to the stored results of all experiments.</summary>
static class QueryVerb
{
    static readonly Argument<string> Sql = new("SQL") { Description = "One statement over results, examples, timings, verified_results, verified_examples" };

    public static Verb Create() => new("query", "Ask stored results in SQL (DuckDB)", "mergelab query \"select method, avg(value) from results where metric = 'rouge1' group by method\"", Run)
    {
        Arguments = { Sql },
        Options = { ResultFolders.Experiment, ResultFolders.Results },
    };

    static ExitCode Run(Invocation invocation)
    {
        var folders = ResultFolders.Select(invocation, _ => true);
        using var database = ResultViews.Open(folders, invocation.Threads);
        using var result = database.Query(invocation.Get(Sql));
        var names = Distinct([.. result.Columns.Select(c => c.Name)]);
        var rows = new List<object?[]>();
        foreach (var row in result.Rows())
        {
            invocation.Cancellation.ThrowIfCancellationRequested();
            rows.Add(row);
        }
        if (invocation.Json)
            invocation.WriteJson(new { Columns = names, Rows = rows.Select(r => new OrderedDictionary<string, object?>(names.Zip(r, KeyValuePair.Create))) });
        else Terminal.WriteTable(invocation.Out, names, rows.Select(r => (IReadOnlyList<string>)[.. r.Select(Text)]));
        return ExitCode.Done;
    }

    /// <summary>A JSON object has each name once: a second column of a name is numbered.</summary>
    static string[] Distinct(string[] names)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            var own = name;
            for (var n = 2; !taken.Add(own); n++) own = string.Create(CultureInfo.InvariantCulture, $"{name}_{n}");
            return own;
        })];
    }

    static string Text(object? value) => value switch
    {
        null => "",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        bool flag => flag ? "true" : "false",
        _ => Terminal.Clean(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };
}
