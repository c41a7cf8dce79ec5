using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints;

/// <summary>Keeps a result from taking the place of what it is made of: replacing a folder deletes what it held, subfolders too.</summary>
public static class ReplacedInputs
{
    /// <param name="target">The folder to be replaced, if it exists.</param>
    /// <param name="inputs">Files and folders that are read.</param>
    /// <exception cref="ProblemException">An input is the target or lies in it, under this name or through links.</exception>
    public static void Refuse(string target, IEnumerable<string> inputs)
    {
        if (!Path.Exists(target)) return;
        IReadOnlyList<string> replaced = [WithSeparator(Path.GetFullPath(target)), WithSeparator(Real(target))];
        if (inputs.FirstOrDefault(i => Path.Exists(i) && Names(i).Any(n => replaced.Any(r => n.StartsWith(r, Comparison)))) is not { } input) return;
        throw new ProblemException("the result would replace one of its inputs", new Place(target), $"{input} is read for it", "write to another folder");
    }

    static StringComparison Comparison { get; } = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>As given, as the link it may be in its real folder, and what it is in the end.</summary>
    static IEnumerable<string> Names(string input)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(input));
        yield return WithSeparator(full);
        if (Path.GetDirectoryName(full) is { } parent) yield return WithSeparator(Path.Combine(Real(parent), Path.GetFileName(full)));
        yield return WithSeparator(Real(full));
    }

    static string WithSeparator(string path) => Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar;

    /// <summary>An existing path without links. The system has followed them already, so that they form no circle.</summary>
    static string Real(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            real = File.ResolveLinkTarget(next, returnFinalTarget: true) is { } linked ? Real(linked.FullName) : next;
        }
        return real;
    }
}
