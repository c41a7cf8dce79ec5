using MergeLab.Checkpoints;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Output;

/// <summary>
/// Carries out a file of recipes: each stage before those that use its result, the last one into the target. Results of earlier stages lie beside
/// the target and go when it is there.
/// </summary>
public static class StagedMerge
{
    /// <param name="file">The recipes.</param>
    /// <param name="text">As written.</param>
    /// <param name="resolve">From a path in a recipe to one that can be opened.</param>
    /// <param name="options">Seed, masks, threads.</param>
    /// <param name="target">Where the last result goes.</param>
    /// <param name="begin">Told each merge before it runs; what it returns is told the bytes of finished tensors, and disposed.</param>
    /// <exception cref="Core.Errors.ProblemException">As <see cref="PreparedMerge"/>.</exception>
    public static MergeRecord Run(RecipeFile file, string text, Func<string, string> resolve, PlanOptions options, MergeTarget target, Func<PreparedMerge, IProgress<long>?> begin)
    {
        ReplacedInputs.Refuse(target.Target, RecipePaths.Of(file).Select(resolve));
        FolderTransaction.CheckTarget(target.Target, target.Overwrite);
        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        if (file.Stages.Count == 1) return One(file.Final, target);
        var scratch = TemporaryName.Beside(Path.GetFullPath(target.Target));
        Directory.CreateDirectory(scratch);
        try
        {
            using var owner = new FolderOwner(scratch);
            foreach (var stage in file.Stages.SkipLast(1))
            {
                var folder = Path.Combine(scratch, $"{results.Count}");
                One(stage, target with { Target = folder, Digests = false });
                results[stage.Name!] = folder;
            }
            return One(file.Final, target);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }

        MergeRecord One(Recipe recipe, MergeTarget to)
        {
            using var merge = PreparedMerge.Open(recipe, text, path => results.GetValueOrDefault(path) ?? resolve(path), options);
            var progress = begin(merge);
            try
            {
                return merge.Run(to, progress is null ? null : progress.Report);
            }
            finally
            {
                (progress as IDisposable)?.Dispose();
            }
        }
    }
}
