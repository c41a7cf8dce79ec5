using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace MergeLab.Testing;

/// <summary>
/// Compares a text with the accepted one beside the test's source. Files are named as Verify names them
/// (<c>Class.Method_parameter=value.verified.txt</c>), so that moving to Verify leaves them as they are.
/// </summary>
public static class Snapshot
{
    /// <summary>What PathMap in Directory.Build.props makes of the repository's path in compiled source positions.</summary>
    const string MappedRoot = "/_/";

    /// <param name="text">What the test found. Line ends are compared as "\n", and none is kept at the end.</param>
    /// <param name="parameters">A theory's parameters, which tell its cases' files apart.</param>
    /// <param name="source">Filled in by the compiler.</param>
    /// <param name="method">Filled in by the compiler.</param>
    public static void Match(string text, (string Name, object? Value)[]? parameters = null, [CallerFilePath] string source = "", [CallerMemberName] string method = "")
    {
        var path = PathOf(source, method, parameters ?? []);
        var (verified, received) = (path + ".verified.txt", path + ".received.txt");
        var found = Normal(text);
        var accepted = File.Exists(verified) ? Normal(File.ReadAllText(verified)) : null;
        if (found == accepted)
        {
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, found);
        throw new XunitException(Message(found, accepted, received, verified));
    }

    /// <summary>The snapshot's path without its ending.</summary>
    static string PathOf(string source, string method, (string Name, object? Value)[] parameters)
    {
        var file = source.StartsWith(MappedRoot, StringComparison.Ordinal) ? Path.Combine(Repository.Root, source[MappedRoot.Length..]) : source;
        var name = $"{Path.GetFileNameWithoutExtension(file)}.{method}";
        if (parameters.Length > 0) name += "_" + string.Join('_', parameters.Select(p => $"{p.Name}={InName(p.Value)}"));
        return Path.Combine(Path.GetDirectoryName(file)!, name);
    }

    static string InName(object? value)
    {
        var text = value switch
        {
            null => "null",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "null",
        };
        return string.Concat(text.Select(c => char.IsControl(c) || "\"<>|:*?/\\".Contains(c, StringComparison.Ordinal) ? '-' : c));
    }

    static string Normal(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');

    static string Message(string found, string? accepted, string received, string verified)
    {
        string Short(string path) => Path.GetRelativePath(Repository.Root, path);
        var accept = $"to accept: mv '{Short(received)}' '{Short(verified)}'";
        if (accepted is null) return $"no accepted snapshot yet\n{accept}";
        var (now, before) = (found.Split('\n'), accepted.Split('\n'));
        var line = now.Zip(before).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Create(CultureInfo.InvariantCulture, $"""
            differs from {Short(verified)} at line {line + 1}
              accepted: {Line(before, line)}
              found:    {Line(now, line)}
            {accept}
            """);
    }

    static string Line(string[] lines, int at) => at < lines.Length ? lines[at] : "(no such line)";
}
