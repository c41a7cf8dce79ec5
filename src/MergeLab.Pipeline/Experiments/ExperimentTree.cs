using MergeLab.Core.Errors;
using MergeLab.Experiments.Reading;

namespace MergeLab.Experiments;

/// <summary>All experiments below a folder.</summary>
public sealed class ExperimentTree
{
    /// <summary>Folders directly below the root that hold other things.</summary>
    static readonly string[] NotExperiments = ["recipes", "schema", "zoo"];

    static readonly string[] Endings = [".yaml", ".yml"];

    ExperimentTree(string root, IReadOnlyList<Experiment> experiments) => (Root, All) = (root, experiments);

    public string Root { get; }

    /// <summary>In the order of their paths.</summary>
    public IReadOnlyList<Experiment> All { get; }

    /// <param name="root">The folder <c>experiments/</c>.</param>
    /// <exception cref="ProblemException">No such folder, a file is wrong, or two experiments have one name.</exception>
    public static ExperimentTree Load(string root)
    {
        if (!Directory.Exists(root)) throw new ProblemException("no such folder", new Place(root), remedy: "give the folder that holds the experiments");
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => Endings.Contains(Path.GetExtension(f)) && !NotExperiments.Contains(Path.GetRelativePath(root, f).Split('/', '\\')[0]))
            .Order(StringComparer.Ordinal);
        var experiments = files.Select(ExperimentReader.ReadFile).ToList();
        UniqueNames.Check(experiments);
        return new ExperimentTree(root, experiments);
    }

    /// <summary>Those that run when nobody chooses: all that are not slow.</summary>
    public IReadOnlyList<Experiment> Default => [.. All.Where(e => !e.Slow)];

    /// <summary>Those that <c>--experiment</c> names, slow ones too; <see cref="Default"/> where it names none.</summary>
    /// <param name="names">Names and globs with commas between, or null.</param>
    /// <exception cref="ProblemException">Nothing is named so.</exception>
    public IReadOnlyList<Experiment> Select(string? names)
    {
        var globs = Glob.ParseList(names);
        return globs.Count == 0 ? Default : Glob.Select(globs, All, e => e.Name, "experiment");
    }
}
