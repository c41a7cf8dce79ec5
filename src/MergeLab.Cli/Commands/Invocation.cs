using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MergeLab.Cli.Commands;

/// <summary>What a verb is given: its parsed arguments, where to write, and when to stop.</summary>
sealed class Invocation(ParseResult parse, CancellationToken cancellation)
{
    /// <summary>Field names in snake case, no escapes beyond JSON's own, non-finite numbers as strings ("NaN").</summary>
    public static readonly JsonSerializerOptions JsonForm = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public ParseResult Parse => parse;
    public CancellationToken Cancellation => cancellation;
    public bool Json => parse.GetValue(GlobalOptions.Json);
    public bool Quiet => parse.GetValue(GlobalOptions.Quiet);
    public bool Verbose => parse.GetValue(GlobalOptions.Verbose);
    public int Threads => GlobalOptions.ReadThreads(parse);
    public string Device => parse.GetValue(GlobalOptions.Device)!;

    /// <summary>Results.</summary>
    public TextWriter Out => parse.InvocationConfiguration.Output;

    /// <summary>Everything that is not a result.</summary>
    public TextWriter Error => parse.InvocationConfiguration.Error;

    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    public T Get<T>(Argument<T> argument) => parse.GetValue(argument)!;

    /// <summary>One JSON document, or one JSON line of several, on standard output.</summary>
    public void WriteJson<T>(T value) => Out.WriteLine(JsonSerializer.Serialize(value, JsonForm));

    public void Say(string line)
    {
        if (!Quiet) Error.WriteLine(line);
    }
}
