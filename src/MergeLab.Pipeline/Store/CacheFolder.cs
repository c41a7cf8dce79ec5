namespace MergeLab.Store;

/// <summary>Where the cache of stages lies.</summary>
public static class CacheFolder
{
    public const string Variable = "MERGELAB_CACHE";
    public const string DefaultName = ".cache";

    /// <summary>
    /// The option; else the variable MERGELAB_CACHE; else <c>.cache</c> in the repository that the program was built in, or else the one around the
    /// working folder; else in the working folder itself.
    /// </summary>
    public static string Resolve(string? option) => Resolve(option, Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory, Environment.CurrentDirectory);

    internal static string Resolve(string? option, string? variable, string program, string working) =>
        option is { Length: > 0 } ? Path.GetFullPath(option, working)
        : variable is { Length: > 0 } ? Path.GetFullPath(variable, working)
        : Path.Combine(RepositoryRoot.Above(program) ?? RepositoryRoot.Above(working) ?? working, DefaultName);
}
