using System.Globalization;
using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints;

/// <summary>
/// A folder built under a temporary name beside its target and renamed at the end; abandoned, it leaves nothing behind, and what a killed
/// process left goes with the next attempt.
/// </summary>
public sealed class FolderTransaction : IDisposable
{
    readonly bool overwrite;
    readonly FolderOwner owner;
    bool committed;

    /// <param name="target">The folder to appear.</param>
    /// <param name="overwrite">Whether a model or adapter folder of that name may be replaced. An empty folder always may.</param>
    /// <param name="bytes">What will be written: refused beforehand where the disk has no room for it.</param>
    /// <exception cref="ProblemException">The target exists, or holds something else than a model; the disk is too small (exit 3).</exception>
    public FolderTransaction(string target, bool overwrite, long bytes)
    {
        Target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        this.overwrite = overwrite;
        CheckTarget(Target, overwrite);
        var parent = Path.GetDirectoryName(Target) ?? throw new ProblemException("the root of a file system cannot be written as a model", new Place(target));
        Directory.CreateDirectory(parent);
        FolderOwner.RemoveAbandoned(Target);
        var free = new DriveInfo(parent).AvailableFreeSpace;
        if (free < bytes)
            throw new ProblemException("the disk is too small for the result", new Place(Target), string.Create(CultureInfo.InvariantCulture, $"it takes {bytes} bytes, {free} are free"),
                "free some space, or write elsewhere", ExitCode.MachineLacks);
        Folder = TemporaryName.Beside(Target);
        Directory.CreateDirectory(Folder);
        owner = new FolderOwner(Folder);
    }

    public string Target { get; }

    /// <summary>Where to put files until <see cref="Commit"/>.</summary>
    public string Folder { get; }

    /// <summary>A path in <see cref="Folder"/>.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    public void Commit()
    {
        CheckTarget(Target, overwrite);
        owner.Dispose();
        string? old = null;
        if (Directory.Exists(Target))
        {
            old = TemporaryName.Beside(Target);
            Directory.Move(Target, old);
        }
        try
        {
            Directory.Move(Folder, Target);
        }
        catch when (old is not null)
        {
            Directory.Move(old, Target);
            throw;
        }
        committed = true;
        if (old is not null) Directory.Delete(old, recursive: true);
    }

    public void Dispose()
    {
        owner.Dispose();
        if (!committed && Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Whether a folder may be written, asked before long work as well as before the end of it.</summary>
    /// <exception cref="ProblemException">The target exists, or holds something else than a model.</exception>
    public static void CheckTarget(string target, bool overwrite)
    {
        if (System.IO.File.Exists(target)) throw new ProblemException("a file of that name is in the way", new Place(target), remedy: "give another folder");
        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any()) return;
        if (!overwrite) throw new ProblemException("the folder exists already", new Place(target), remedy: "give another, or --overwrite");
        if (!LooksLikeModel(target))
            throw new ProblemException("the folder holds something else than a model", new Place(target), "it has neither a config nor safetensors files", "give another folder, or remove it yourself");
    }

    /// <summary>A mistyped --out with --overwrite must not cost anybody a home directory.</summary>
    static bool LooksLikeModel(string folder) =>
        System.IO.File.Exists(Path.Combine(folder, Checkpoint.ConfigFile))
        || System.IO.File.Exists(Path.Combine(folder, "adapter_config.json"))
        || Directory.EnumerateFiles(folder, "*.safetensors").Any();
}
