using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MergeLab.Cli.Commands;

/// <summary><c>--version</c>: version, commit and runtime.</summary>
sealed class VersionAction : SynchronousCommandLineAction
{
    public static string Version { get; } =
        typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"mergelab {Version}, commit {Commit()}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        return 0;
    }

    /// <summary>
    /// Read from the clone the program lies in, not compiled in: a commit id in the assembly would make equal sources give unequal bytes.
    /// </summary>
    static string Commit()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var git = Path.Combine(folder.FullName, ".git");
            if (File.Exists(git)) return "unknown (linked work tree)";
            if (!Directory.Exists(git)) continue;
            var head = File.ReadAllText(Path.Combine(git, "HEAD")).Trim();
            if (!head.StartsWith("ref: ", StringComparison.Ordinal)) return Short(head);
            var reference = Path.Combine(git, head[5..]);
            if (File.Exists(reference)) return Short(File.ReadAllText(reference).Trim());
            var packed = Path.Combine(git, "packed-refs");
            var line = File.Exists(packed) ? File.ReadLines(packed).FirstOrDefault(l => l.EndsWith(' ' + head[5..], StringComparison.Ordinal)) : null;
            return line is null ? "none" : Short(line);
        }
        return "unknown";
    }

    static string Short(string id) => id.Length > 12 ? id[..12] : id;
}
