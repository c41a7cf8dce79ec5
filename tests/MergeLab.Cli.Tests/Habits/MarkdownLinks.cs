using System.Text.RegularExpressions;

namespace MergeLab.Cli.Tests.Habits;

/// <summary>Relative links of a Markdown file, and those that lead nowhere.</summary>
static partial class MarkdownLinks
{
    /// <param name="file">The file's path relative to <paramref name="root"/>.</param>
    /// <param name="root">The folder links may not leave.</param>
    public static IEnumerable<string> Broken(string file, string root)
    {
        var folder = Path.GetDirectoryName(Path.Combine(root, file))!;
        foreach (Match match in Link().Matches(WithoutCode(File.ReadAllText(Path.Combine(root, file)))))
        {
            var link = match.Groups[1].Value;
            if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            var parts = link.Split('#', 2);
            var target = parts[0].Length == 0 ? Path.Combine(root, file) : Path.GetFullPath(Uri.UnescapeDataString(parts[0]), folder);
            if (!File.Exists(target) && !Directory.Exists(target)) yield return $"{file}: {link} does not exist";
            else if (parts.Length == 2 && !Anchors(target).Contains(parts[1])) yield return $"{file}: {link} has no such heading";
        }
    }

    /// <summary>Headings as GitHub turns them into anchors: lower case, punctuation dropped, spaces to hyphens.</summary>
    static HashSet<string> Anchors(string file) => !file.EndsWith(".md", StringComparison.Ordinal) ? [] :
        [.. Heading().Matches(WithoutFences(File.ReadAllText(file))).Select(m =>
            string.Concat(m.Groups[1].Value.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-'))];

    static string WithoutCode(string text) => Span().Replace(WithoutFences(text), "");

    static string WithoutFences(string text) => Fence().Replace(text, "");

    [GeneratedRegex(@"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6}\s+(.+?)\s*#*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^ *```[\s\S]*?^ *```", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Span();
}
