using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>Targets that start a built program, and those that only touch files.</summary>
static class Acts
{
    public static readonly Flag Recipe = new("recipe", "the recipe to merge by (mergekit's YAML, and ours)", "FILE", IsPath: true, IsRequired: true);

    /// <summary>Flags of <c>mergelab merge</c>, passed on as they are.</summary>
    public static readonly Flag[] MergeFlags =
    [
        new("out", "folder to write the merged model to", "DIR", IsPath: true),
        new("plan", "only say what would be written, from headers"),
        new("overwrite", "replace what is in the folder"),
        new("shard-size", "largest file, e.g. 5GB", "SIZE"),
        new("random-seed", "seed of methods that draw", "N"),
        new("masks", "keep-masks to replay instead of drawing", "FILE", IsPath: true),
        new("no-copy-tokenizer", "write no tokenizer files"),
        new("no-write-model-card", "write neither README.md nor the recipe into the folder"),
        new("no-digests", "leave digests out of the model card"),
        new("threads", "worker threads", "N"),
        new("device", "auto, cpu, cuda or cuda:N", "NAME"),
        new("cache", "folder of cached stages", "DIR", IsPath: true),
        new("quiet", "no progress"),
        new("verbose", "more detail, and stack traces with errors"),
    ];

    public static readonly Flag Only = new("only", "only these benchmarks", "A,B");

    public static ExitCode Merge(Invocation invocation) =>
        invocation.Mergelab(["merge", invocation.FromUser(invocation.Arguments.Last(Recipe.Name)!), .. invocation.Given(MergeFlags)]);

    public static ExitCode Doctor(Invocation invocation) => invocation.Mergelab(["doctor"]);

    /// <summary>Runs every benchmark, or those named, and keeps the table beside printing it.</summary>
    public static ExitCode Bench(Invocation invocation)
    {
        var table = invocation.At("artifacts", "bench", "bench.md");
        Directory.CreateDirectory(Path.GetDirectoryName(table)!);
        var program = invocation.At("artifacts", "bin", "MergeLab.Benchmarks", "release", "MergeLab.Benchmarks");
        string[] only = invocation.Arguments.Last(Only.Name) is { } names ? [$"--only={names}"] : [];
        int exit;
        using (var file = new StreamWriter(table))
        {
            exit = invocation.Children.Run(program, only, line =>
            {
                Invocation.Say(line);
                file.WriteLine(line);
            });
        }
        Invocation.Say($"table: {Path.GetRelativePath(invocation.Root, table)}");
        return (ExitCode)exit;
    }

    /// <summary>Removes what was built. artifacts/cake stays: this process runs from it, and it holds what the set-up found.</summary>
    public static ExitCode Clean(Invocation invocation)
    {
        if (!Directory.Exists(invocation.At("artifacts"))) return ExitCode.Done;
        foreach (var entry in new DirectoryInfo(invocation.At("artifacts")).EnumerateFileSystemInfos().Where(e => e.Name != "cake"))
        {
            if (entry is DirectoryInfo folder && folder.LinkTarget is null) folder.Delete(recursive: true);
            else entry.Delete();
        }
        return ExitCode.Done;
    }

    public static ExitCode Help(Invocation invocation)
    {
        Invocation.Say(File.ReadAllText(invocation.At("build", "help.txt")).TrimEnd());
        return ExitCode.Done;
    }
}
