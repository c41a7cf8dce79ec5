using System.Text;
using System.Text.Json;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;

namespace MergeLab.Cli.Verbs;

/// <summary>Files and output of one JSON value a line.</summary>
static class JsonLines
{
    /// <summary>Written at a time: standard output flushes at every write.</summary>
    const int BufferLength = 1 << 16;

    /// <param name="path">Read line by line; blank lines are no values.</param>
    /// <param name="wanted">The kind of value, in words.</param>
    /// <param name="convert">Null where the value is not of the kind wanted.</param>
    public static IEnumerable<T> Read<T>(string path, string wanted, Func<JsonElement, T?> convert) where T : class => Values(path, line => convert(line) ?? throw Unexpected(line, wanted));

    /// <inheritdoc cref="Read{T}(string, string, Func{JsonElement, T})"/>
    public static IEnumerable<T> Read<T>(string path, string wanted, Func<JsonElement, T?> convert) where T : struct => Values(path, line => convert(line) ?? throw Unexpected(line, wanted));

    public static void Write<T>(Invocation invocation, IEnumerable<T> values)
    {
        var buffer = new StringBuilder();
        foreach (var value in values)
        {
            buffer.Append(JsonSerializer.Serialize(value, Invocation.JsonForm)).Append('\n');
            if (buffer.Length < BufferLength) continue;
            invocation.Cancellation.ThrowIfCancellationRequested();
            invocation.Out.Write(buffer);
            buffer.Clear();
        }
        invocation.Out.Write(buffer);
        invocation.Out.Flush();
    }

    static IEnumerable<T> Values<T>(string path, Func<JsonElement, T> convert)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line)) yield return Parse(line, number);
        }

        T Parse(string line, int lineNumber)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                return convert(document.RootElement);
            }
            catch (JsonException e)
            {
                var column = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(line).AsSpan(0, (int)(e.BytePositionInLine ?? 0))).Length + 1;
                throw new ProblemException("not valid JSON", new Place(path, lineNumber, column), e.Message.Split(" LineNumber:", 2)[0], "one JSON value a line", inner: e);
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException)
            {
                throw new ProblemException(e is FormatException ? e.Message : "the line is not valid Unicode text", new Place(path, lineNumber), inner: e);
            }
        }
    }

    static FormatException Unexpected(JsonElement line, string wanted) => new($"{Shortened(line.GetRawText())} is not {wanted}");

    static string Shortened(string text) => text.Length <= 60 ? text : $"{text[..60]}…";
}
