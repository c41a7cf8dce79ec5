using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Stages.Zoo;
using MergeLab.Store;

namespace MergeLab.Stages;

/// <summary>
/// Are the models, adapters and tasks of an experiment what their card says? A card is the <c>zoo.json</c> of a folder above them; what has none
/// is only listed with its digest.
/// </summary>
public sealed class VerifyStage : IStageKind
{
    public string Name => Experiments.Graph.StageKinds.Verify;

    public int CodeVersion => 1;

    public bool IsNumeric(StageNode node) => false;

    public bool GoesFirst => true;

    public long EstimateMemory(StageNode node) => 16 << 20;

    public void Run(StageContext context)
    {
        var cards = new SortedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var verified = 0;
        foreach (var (role, path) in context.Node.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            foreach (var file in Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : new[] { path })
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var digest = Digests.OfFile(file);
                if (Card(file) is { } card)
                {
                    if (!cards.TryGetValue(card, out var listed)) cards.Add(card, listed = ZooDigests.Read(card));
                    Check(file, Path.GetRelativePath(card, file).Replace('\\', '/'), digest, listed, card);
                    verified++;
                }
                digests[Directory.Exists(path) ? $"{role}/{Path.GetRelativePath(path, file).Replace('\\', '/')}" : role] = digest;
            }
        }
        File.WriteAllText(Path.Combine(context.Output, "verified.json"), JsonSerializer.Serialize(new { verified, digests }) + "\n");
    }

    static void Check(string file, string name, string digest, IReadOnlyDictionary<string, string> listed, string card)
    {
        var place = new Place(file);
        if (!listed.TryGetValue(name, out var expected))
            throw new ProblemException("the file is not on its card", place, $"{Path.Combine(card, ZooDigests.FileName)} does not list it", "remove it, or accept the zoo again", ExitCode.CheckFailed);
        if (digest != expected)
            throw new ProblemException("the file is not what its card says", place, $"its sha256 is {digest[..12]}…, the card says {expected[..12]}…", "restore it from version control, or accept the zoo again", ExitCode.CheckFailed);
    }

    /// <summary>The nearest folder above that has a card.</summary>
    static string? Card(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, ZooDigests.FileName))) return folder;
        return null;
    }
}
