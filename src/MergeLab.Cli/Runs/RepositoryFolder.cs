using MergeLab.Core.Errors;

namespace MergeLab.Cli.Runs;

/// <summary>The clone that the user stands in, or else the one the program lies in.</summary>
static class RepositoryFolder
{
    const string Marker = "Pipeline.sln";

    public static string Find() => Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
        ?? throw new ProblemException("no repository", new Place(Environment.CurrentDirectory), $"neither here nor above is a {Marker}", "go to the repository's folder");

    public static string? Above(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Marker))) return folder.FullName;
        return null;
    }
}
