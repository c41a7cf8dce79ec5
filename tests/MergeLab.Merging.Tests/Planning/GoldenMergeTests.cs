using System.Security.Cryptography;
using MergeLab.Checkpoints;
using MergeLab.Merging.Methods;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Tests.Recipes;

namespace MergeLab.Merging.Tests.Planning;

/// <summary>Recorded recipes from the file to the values, with the recorded draws, against what the reference wrote.</summary>
public class GoldenMergeTests
{
    /// <summary>The reference crops the larger vocabulary on request, which leaves a config that lies; here it is refused.</summary>
    const string Cropped = "vocab-truncate";

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var name in RecipeGoldens.Good.Where(n => n != Cropped))
        {
            cases.Add(name, "");
            if (Methods(name).All(m => m?.Compat.Contains("mergekit") == true)) cases.Add(name, "mergekit");
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_recipe_gives_the_values_that_the_reference_gives(string name, string compat)
    {
        using var run = new GoldenRun(RecipeFile.Read(WithCompat(RecipeGoldens.Text(name), compat), "recipe.yaml"), Masks(name));
        var tolerance = MergeTolerance.Of(name, compat == "mergekit");
        var (file, isSample) = RecipeGoldens.Values(name);
        using var recorded = Checkpoint.OpenAny(file);
        var share = new Share();
        foreach (var tensor in RecipeGoldens.Tensors(name))
        {
            var (source, info) = recorded.Locate(tensor.Name);
            var expected = GoldenRun.Widen(info.DType, source.Bytes(info));
            var scale = Math.Sqrt(expected.Sum(v => v * v) / expected.Length);
            var (spec, values) = run.Result(tensor.Name);
            Assert.Equal(string.Join(',', tensor.Shape), string.Join(',', spec.Shape));
            for (var i = 0; i < expected.Length; i++)
            {
                var element = isSample && spec.Count > expected.Length ? (int)(i * spec.Count / expected.Length) : i;
                share.Count(tolerance.Accepts(spec.DType, scale, expected[i], values[element]), $"{tensor.Name}[{element}]: {expected[i]:R}, found {values[element]:R}");
            }
        }
        Assert.True(share.Outside <= tolerance.Share, $"{share.Outside:P2} of the values differ, such as {share.Example}");
    }

    [Theory]
    [InlineData("passthrough-copy")]
    [InlineData("franken-overlap")]
    [InlineData("franken-zero-slice")]
    [InlineData("example-orcamini-platy")]
    public void What_is_copied_keeps_every_bit(string name)
    {
        using var run = new GoldenRun(RecipeGoldens.Read(name), null);
        foreach (var tensor in RecipeGoldens.Tensors(name))
            Assert.Equal(tensor.Digest, Convert.ToHexStringLower(SHA256.HashData(run.Bytes(tensor.Name)))[..16]);
    }

    static IEnumerable<Method?> Methods(string name) => File.ReadLines(RecipeGoldens.Case(name, "recipe.yaml"))
        .Where(l => l.StartsWith("merge_method:", StringComparison.Ordinal)).Select(l => MethodTable.Find(l["merge_method:".Length..].Trim()));

    /// <summary>The line goes into every document of the file.</summary>
    static string WithCompat(string text, string compat) => compat.Length == 0 ? text
        : string.Join("\n---\n", text.Split("\n---\n").Select(d => $"compat: {compat}\n{d}"));

    static string? Masks(string name) => RecipeGoldens.Case(name, "masks.safetensors") is var path && File.Exists(path) ? path : null;

    sealed class Share
    {
        long all;
        long wrong;

        public string Example { get; private set; } = "";

        public double Outside => (double)wrong / Math.Max(1, all);

        public void Count(bool good, string example)
        {
            all++;
            if (good) return;
            if (wrong++ == 0) Example = example;
        }
    }
}
