using System.CommandLine;
using System.Globalization;
using MergeLab.Cli.Commands;
using MergeLab.Cli.Runs;
using MergeLab.Core.Errors;
using MergeLab.Store;

namespace MergeLab.Cli.Verbs;

/// <summary><c>mergelab gc</c>: removes cached stages by age and by a budget.</summary>
static class GcVerb
{
    static readonly Option<double?> Days = new("--older-than") { Description = "Remove what was not used for so many days", HelpName = "DAYS" };
    static readonly Option<string?> Keep = new("--keep") { Description = "Keep at most this much, the least recently used going first, such as 20GB", HelpName = "SIZE" };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would be removed" };

    public static Verb Create() => new("gc", "Remove cached stages by age and size", "mergelab gc --older-than 30 --keep 20GB --dry-run", Run) { Days, Keep, DryRun };

    static ExitCode Run(Invocation invocation)
    {
        var (days, keep) = (invocation.Get(Days), invocation.Get(Keep));
        if (days is null && keep is null) throw new ProblemException("neither an age nor a size to keep", remedy: "give --older-than DAYS, --keep SIZE, or both");
        if (days is < 0 or > 100_000 or double.NaN) throw new ProblemException($"--older-than {days}: not a number of days", remedy: "give a number from 0");
        using var cache = ExperimentOptions.OpenCache(invocation);
        var report = CacheCollector.Collect(cache, new CollectionRequest(
            days is { } age ? TimeSpan.FromDays(age) : null, keep is null ? null : ByteSize.Parse(keep, "--keep"), invocation.Get(DryRun)));
        if (invocation.Json)
        {
            invocation.WriteJson(report);
            return ExitCode.Done;
        }
        foreach (var entry in report.Removed)
            invocation.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Kind,-9} {entry.Key[..12]}  {ByteSize.Format(entry.Bytes),10}  {entry.Why}"));
        invocation.Out.WriteLine($"{(report.DryRun ? "would remove" : "removed")} {report.Removed.Count} of {report.Entries} entries, {ByteSize.Format(report.RemovedBytes)} of {ByteSize.Format(report.Bytes)}");
        return ExitCode.Done;
    }
}
