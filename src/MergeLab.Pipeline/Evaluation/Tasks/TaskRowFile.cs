using System.Globalization;
using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Core.Json;
using MergeLab.Core.Text;

namespace MergeLab.Evaluation.Tasks;

/// <summary>
/// A task as JSON lines: <c>input</c>; <c>target</c> (a text, or several of which any is right) or <c>choices</c> with <c>label</c>, the right
/// one's place from 0; if there are, <c>split</c> and <c>id</c>. Other fields are left alone.
/// </summary>
public static class TaskRowFile
{
    const long MostBytes = 1L << 30;
    const int MostChoices = 1000;

    /// <summary>The rows of a split in the file's order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="split">Null for all rows.</param>
    /// <param name="limit">Rows at most; null for no limit.</param>
    /// <exception cref="ProblemException">No such file, a line that is no row, or no row in the split.</exception>
    public static IReadOnlyList<TaskRow> Read(string path, string? split = null, int? limit = null)
    {
        var info = new FileInfo(path);
        if (!info.Exists) throw new ProblemException("no such file", new Place(path), remedy: "check the path");
        if (info.Length > MostBytes) throw new ProblemException($"the file has {info.Length:N0} bytes", new Place(path), $"at most {MostBytes:N0} are read", "split it");
        var rows = new List<TaskRow>();
        var splits = new SortedSet<string>(StringComparer.Ordinal);
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            if (rows.Count == limit) break;
            try
            {
                if (ReadRow(LocatedJson.Parse(Encoding.UTF8.GetBytes(text), path).Root, line, split, splits) is { } row) rows.Add(row);
            }
            catch (ProblemException e)
            {
                throw new ProblemException(e.Problem with { Where = e.Problem.Where is { } place ? place with { Line = line } : new Place(path, line) }, e);
            }
        }
        if (rows.Count > 0) return rows;
        throw line == 0
            ? new ProblemException("the file is empty", new Place(path), remedy: "write one JSON object a line")
            : new ProblemException(split is null ? "no rows" : $"no rows in the split '{split}'", new Place(path),
                splits.Count > 0 ? $"its splits are {string.Join(", ", splits)}" : null,
                splits.Count > 0 ? Suggestion.For(split!, [.. splits]) : "give each line a \"split\", or leave out --split");
    }

    static TaskRow? ReadRow(JsonCursor json, int line, string? split, SortedSet<string> splits)
    {
        if (json.Find("split")?.AsString() is { } own)
        {
            splits.Add(own);
            if (split is not null && own != split) return null;
        }
        else if (split is not null) return null;
        var id = json.Find("id") is { } name ? name.IsString ? name.AsString() : name.AsInt().ToString(CultureInfo.InvariantCulture) : line.ToString(CultureInfo.InvariantCulture);
        var input = Needed(json, "input").AsString();
        if (json.Find("choices") is not { } list) return new TaskRow(id, line, input, References(Needed(json, "target", "and no 'choices' to pick from either")), null);
        string[] choices = [.. list.Items().Select(c => c.AsString()).Take(MostChoices + 1)];
        if (choices.Length is 0 or > MostChoices) throw list.Problem(choices.Length == 0 ? "there is no choice" : $"more than {MostChoices} choices");
        return new TaskRow(id, line, input, [choices[Needed(json, "label", "it is the place of the right choice, from 0").AsInt(0, choices.Length - 1)]], choices);
    }

    static string[] References(JsonCursor target)
    {
        if (!target.IsArray) return [target.AsString()];
        string[] all = [.. target.Items().Select(t => t.AsString())];
        return all.Length > 0 ? all : throw target.Problem("there is no right answer");
    }

    static JsonCursor Needed(JsonCursor json, string name, string? why = null) =>
        json.Find(name) ?? throw json.Problem($"the field '{name}' is missing", why, $"give every line \"{name}\"");
}
