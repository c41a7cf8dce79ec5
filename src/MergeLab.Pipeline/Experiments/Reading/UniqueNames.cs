using MergeLab.Core.Errors;

namespace MergeLab.Experiments.Reading;

/// <summary>A name is a folder and a build target, both of which may ignore case.</summary>
static class UniqueNames
{
    public static void Check(IEnumerable<Experiment> experiments)
    {
        var seen = new Dictionary<string, Experiment>(StringComparer.OrdinalIgnoreCase);
        foreach (var experiment in experiments)
            if (!seen.TryAdd(experiment.Name, experiment))
                throw new ProblemException($"two experiments are named '{experiment.Name}'", experiment.Place, $"the other is {seen[experiment.Name].Place}", "rename one of them; a name is the experiment's folder in results/ and its build target");
    }
}
