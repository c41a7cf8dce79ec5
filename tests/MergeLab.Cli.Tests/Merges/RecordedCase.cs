using System.Text.Json;
using MergeLab.Checkpoints;

namespace MergeLab.Cli.Tests.Merges;

/// <summary>What the reference wrote for a recorded recipe.</summary>
sealed class RecordedCase(string name)
{
    readonly JsonElement expected = JsonElement.Parse(File.ReadAllText(MergeSandbox.Case(name, "expected.json")));

    public string Recipe => MergeSandbox.Case(name, "recipe.yaml");

    public string Beside(string file) => MergeSandbox.Case(name, file);

    /// <summary>Without those that the reference's libraries make up where no input has a tokenizer.</summary>
    public IEnumerable<string> Files => Names("files").Except(Names("invented"));

    /// <summary>What it needs on the command line: the reference's own arguments, in ours, and its draws.</summary>
    public string[] Arguments
    {
        get
        {
            string[] given = [.. expected.GetProperty("argv").EnumerateArray().Select(a => a.GetString()!)];
            string[] same = ["--no-copy-tokenizer", "--no-write-model-card", "--unsafe-truncate-embeddings"];
            var masks = Beside("masks.safetensors");
            return
            [
                .. given.Intersect(same),
                .. given.Contains("--out-shard-size") ? new[] { "--shard-size", given[Array.IndexOf(given, "--out-shard-size") + 1] + "B" } : [],
                .. File.Exists(masks) ? new[] { "--masks", masks } : [],
            ];
        }
    }

    IEnumerable<string> Names(string list) => expected.GetProperty("output").TryGetProperty(list, out var names) ? names.EnumerateArray().Select(f => f.GetString()!) : [];

    /// <param name="folder">The merged model.</param>
    /// <param name="skipped">Tensors that are random on both sides.</param>
    public void ExpectTensors(string folder, Func<string, bool>? skipped = null)
    {
        var recorded = expected.GetProperty("output").TryGetProperty("tensors_same_as", out var other) ? other.GetString()! : name;
        var lines = File.ReadLines(MergeSandbox.Case(recorded, "tensors.jsonl")).Select(l => JsonElement.Parse(l)).ToList();
        using (var merged = Checkpoint.Open(folder))
        {
            Assert.Equal(lines.Select(l => $"{l[0].GetString()} {l[1].GetString()} [{string.Join(", ", l[2].EnumerateArray())}]").Order(StringComparer.Ordinal),
                merged.Tensors.Select(t => $"{t.Name} {t.DType.Name()} {t.ShapeText}").Order(StringComparer.Ordinal));
        }
        var found = MergeSandbox.Values(folder);
        var whole = MergeSandbox.Case(recorded, "tensors.safetensors");
        var values = MergeSandbox.Values(File.Exists(whole) ? whole : MergeSandbox.Case(recorded, "sample.safetensors"));
        Assert.NotEmpty(values);
        foreach (var (tensor, wanted) in values.Where(v => skipped?.Invoke(v.Key) != true))
        {
            // Three to ten float32 operations in another order.
            for (var i = 0; i < wanted.Length; i++)
            {
                var element = wanted.Length == found[tensor].Length ? i : (int)((long)i * found[tensor].Length / wanted.Length);
                Assert.True(Math.Abs(wanted[i] - found[tensor][element]) <= 1e-6 * Math.Max(1, Math.Abs(wanted[i])), $"{name}: {tensor}[{element}] is {found[tensor][element]:R}, not {wanted[i]:R}");
            }
        }
    }
}
