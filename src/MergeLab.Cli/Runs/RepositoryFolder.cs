using MergeLab.Core.Errors;
using MergeLab.Store;

namespace MergeLab.Cli.Runs;

/// <summary>The clone that the user stands in, or else the one the program lies in.</summary>
static class RepositoryFolder
{
    public static string Find() => RepositoryRoot.Above(Environment.CurrentDirectory) ?? RepositoryRoot.Above(AppContext.BaseDirectory)
        ?? throw new ProblemException("no repository", new Place(Environment.CurrentDirectory), $"neither here nor above is a {RepositoryRoot.Marker}", "go to the repository's folder");
}
