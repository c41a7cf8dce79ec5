using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Reading;

/// <summary>Paths of a file, which are relative to the folder it lies in.</summary>
sealed class FolderPaths(string file)
{
    readonly string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;

    /// <summary>The absolute path a node holds. Nothing has to be there yet.</summary>
    public string Absolute(YamlNode node)
    {
        var path = node.Text();
        if (path.StartsWith("hf:", StringComparison.Ordinal))
            throw new ProblemException($"'{path}' lies on a model hub", node.Place, "models and data are read from local folders only", "download it and give its folder");
        if (path.Contains("://", StringComparison.Ordinal))
            throw new ProblemException($"'{path}' lies on the network", node.Place, "models and data are read from local folders only", "download it and give its path");
        if (path.Contains('\0', StringComparison.Ordinal)) throw new ProblemException("a path with a null character", node.Place, remedy: "correct the path");
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, folder));
    }
}
