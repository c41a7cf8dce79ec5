using System.Security.Cryptography;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>Runs <c>mergelab merge</c> on recipes of a test's own, by default where the recorded models lie.</summary>
sealed class MergeSandbox : IDisposable
{
    readonly ScratchFolder scratch = new();

    /// <summary>Working folder of the recorded recipes: <c>models/</c> and <c>adapters/</c> are in it.</summary>
    public static string Recorded { get; } = Repository.Golden("recipes");

    public static string Case(string name, string file) => Path.Combine(Recorded, "cases", name, file);

    public string Root => scratch.Path;

    /// <summary>Where a merge writes that is not told otherwise.</summary>
    public string Out => scratch.File("merged");

    public string File(params string[] parts) => scratch.File(parts);

    public string Write(string name, string text) => scratch.Write(name, text);

    /// <summary>Merges a recipe given as text, to <see cref="Out"/>.</summary>
    public Mergelab.Outcome Merge(string recipe, params string[] more) => MergeFile(Write("recipe.yml", recipe), Out, more);

    public static Mergelab.Outcome MergeFile(string recipe, string target, params string[] more) => Mergelab.RunIn(Recorded, null, ["merge", recipe, "--out", target, .. more]);

    /// <summary>Merges, which has to succeed.</summary>
    public void Merged(string recipe, string? target = null, params string[] more)
    {
        var run = MergeFile(Write("recipe.yml", recipe), target ?? Out, more);
        Assert.True(run.Exit == 0, $"exit {run.Exit}\n{run.Error}\n{recipe}");
    }

    /// <summary>A recipe is refused before anything is written, with one message and what is in it.</summary>
    public void Refused(string recipe, params string[] messages) => Refused(Merge(recipe), messages);

    public void Refused(Mergelab.Outcome run, params string[] messages)
    {
        Assert.True(run.Exit == 2, $"exit {run.Exit}\n{run.Error}");
        Assert.Equal(1, run.Error.Split("error: ").Length - 1);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.All(messages, m => Assert.Contains(m, run.Error, StringComparison.Ordinal));
        Assert.Equal("", run.Out);
        NothingLeft();
    }

    /// <summary>Neither the result nor a part of it under any name.</summary>
    public void NothingLeft() =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName), e => e == "merged" || e!.StartsWith(".merged", StringComparison.Ordinal));

    /// <summary>A copy of a recorded model, to be changed or put at risk.</summary>
    public string CopyModel(string name, string? to = null) => Copy(Path.Combine(Recorded, "models", name), to ?? Path.Combine("models", name));

    public string Copy(string from, string to)
    {
        var target = Directory.CreateDirectory(scratch.File(to)).FullName;
        foreach (var file in Directory.EnumerateFiles(from)) System.IO.File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }

    /// <summary>sha256 of every file of a folder by its name.</summary>
    public static SortedDictionary<string, string> Bytes(string folder) =>
        new(Directory.EnumerateFiles(folder).ToDictionary(f => Path.GetFileName(f), f => Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(f)))), StringComparer.Ordinal);

    /// <summary>sha256 of the weights alone: the model card has the folder's name.</summary>
    public static string Weights(string folder) => Bytes(folder)[Checkpoint.SingleFile];

    /// <summary>All values of a checkpoint by tensor.</summary>
    public static Dictionary<string, double[]> Values(string path)
    {
        using var checkpoint = Checkpoint.OpenAny(path);
        return checkpoint.Tensors.ToDictionary(t => t.Name, t =>
        {
            var values = new double[t.Count];
            checkpoint.Reader(t.Name).Read(0, values.AsSpan());
            return values;
        });
    }

    public void Dispose() => scratch.Dispose();
}
