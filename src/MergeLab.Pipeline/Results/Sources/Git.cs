using System.ComponentModel;
using System.Diagnostics;
using MergeLab.Core.Errors;

namespace MergeLab.Results.Sources;

/// <summary>Reads a repository through the program git; changes nothing in it.</summary>
sealed class Git
{
    readonly string root;

    Git(string root) => this.root = root;

    /// <summary>The repository that a folder, which need not exist yet, lies in.</summary>
    public static Git Around(string folder)
    {
        var there = new DirectoryInfo(Path.GetFullPath(folder));
        while (!there.Exists && there.Parent is { } parent) there = parent;
        var (exit, output, _) = Run(there.FullName, ["rev-parse", "--show-toplevel"]);
        return exit == 0 ? new Git(output.Trim()) : throw new ProblemException("not in a git repository", new Place(there.FullName), "a revision can only be read from one", $"name a folder, '{ResultSource.CommittedName}' or '{ResultSource.LastRunName}'");
    }

    public string Commit(string revision)
    {
        var (exit, output, _) = Run(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", $"{revision}^{{commit}}"]);
        return exit == 0 ? output.Trim() : throw new ProblemException($"'{revision}' is neither a result folder nor a git revision", new Place(root), remedy: $"name a folder, '{ResultSource.CommittedName}', '{ResultSource.LastRunName}', or a revision such as HEAD~1");
    }

    /// <summary>With forward slashes.</summary>
    public string PathInRepository(string folder)
    {
        // git's answer has links resolved; the folder's path may not.
        var real = Resolve(Path.GetFullPath(folder));
        var relative = Path.GetRelativePath(Resolve(root), real).Replace('\\', '/');
        return relative.StartsWith("..", StringComparison.Ordinal) ? throw new ProblemException("the folder is not in the repository", new Place(folder), $"the repository is {root}") : relative;
    }

    public IEnumerable<string> Files(string commit, string folder) =>
        Checked(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", folder + "/"]).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Writes a file of a commit; nothing where the commit has none of this path.</summary>
    public void Extract(string commit, string path, string destination)
    {
        if (!Files(commit, Path.GetDirectoryName(path)!.Replace('\\', '/')).Contains(path)) return;
        using var process = Start(root, ["show", $"{commit}:{path}"]);
        var error = process.StandardError.ReadToEndAsync();
        using (var file = File.Create(destination)) process.StandardOutput.BaseStream.CopyTo(file);
        process.WaitForExit();
        if (process.ExitCode != 0) throw Failed(error.Result);
    }

    string Checked(string[] arguments)
    {
        var (exit, output, error) = Run(root, arguments);
        return exit == 0 ? output : throw Failed(error);
    }

    static ProblemException Failed(string error) => new("git failed", why: error.Trim());

    static (int Exit, string Out, string Error) Run(string folder, string[] arguments)
    {
        using var process = Start(folder, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    static Process Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ProblemException("git is not there", why: e.Message, remedy: "install git, or compare folders", exit: ExitCode.MachineLacks, inner: e);
        }
    }

    static string Resolve(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null) return path;
        var here = Path.Combine(Resolve(parent), Path.GetFileName(path));
        return Directory.Exists(here) && new DirectoryInfo(here).ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : here;
    }
}
