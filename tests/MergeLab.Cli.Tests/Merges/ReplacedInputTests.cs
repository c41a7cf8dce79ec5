namespace MergeLab.Cli.Tests.Merges;

/// <summary>--overwrite deletes what the folder held: never a model or adapter that the result is made of.</summary>
public sealed class ReplacedInputTests : IDisposable
{
    readonly MergeSandbox sandbox = new();

    public void Dispose() => sandbox.Dispose();

    public static TheoryData<string, string> Recipes => new()
    {
        { "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/a}, {model: models/b}]\n", "models/a" },
        { "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/a}, {model: models/b}]\n", "models" },
        { "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: linked/a}, {model: models/b}]\n", "models/a" },
        { "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/a}, {model: models/b}]\n", "linked/a" },
        { "merge_method: linear\nparameters: {weight: 1}\ntokenizer_source: models/t\nmodels: [{model: models/a}, {model: models/b}]\n", "models/t" },
        { "name: first\nmerge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/a}]\n---\nmerge_method: linear\nparameters: {weight: 1}\nmodels: [{model: first}, {model: models/b}]\n", "models/a" },
        { "base_model: models/b\ngate_mode: random\nexperts: [{source_model: models/a, positive_prompts: [x]}, {source_model: models/b, positive_prompts: [y]}]\n", "models/a" },
        { "base_model: models/b\ngate_mode: random\nexperts: [{source_model: models/a, positive_prompts: [x]}, {source_model: models/a, positive_prompts: [y]}]\n", "models/b" },
        { "merge_method: average\noutput: adapter\nmodels: [{model: models/a+adapters/lora}]\n", "adapters/lora" },
        { "merge_method: average\noutput: adapter\nmodels: [{model: models/a+adapters/lora}]\n", "adapters" },
        { "merge_method: average\noutput: adapter\nmodels: [{model: models/ia3base+adapters/ia3}]\n", "adapters/ia3" },
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_merge_never_replaces_what_it_reads(string recipe, string target)
    {
        Prepare();
        var before = Everything();
        sandbox.Write("recipe.yml", recipe);
        var run = Mergelab.RunIn(sandbox.Root, null, "merge", "recipe.yml", "--out", target, "--overwrite");
        sandbox.Refused(run, "would replace one of its inputs", "write to another folder");
        File.Delete(sandbox.File("recipe.yml"));
        Assert.Equal(before, Everything());
    }

    [Theory]
    [InlineData("models/a")]
    [InlineData("models/b")]
    [InlineData("models")]
    public void An_extraction_never_replaces_what_it_reads(string target)
    {
        Prepare();
        var before = Everything();
        var run = Mergelab.RunIn(sandbox.Root, null, "extract-lora", "--model", "models/a", "--base-model", "models/b", "--max-rank", "2", "--out", target, "--overwrite");
        sandbox.Refused(run, "would replace one of its inputs");
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_result_may_lie_inside_of_an_input()
    {
        Prepare();
        sandbox.Write("recipe.yml", "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: models/a}, {model: models/b}]\n");
        foreach (var more in new string[][] { [], ["--overwrite"] })
            Assert.Equal(0, Mergelab.RunIn(sandbox.Root, null, ["merge", "recipe.yml", "--out", "models/a/merged", .. more]).Exit);
    }

    void Prepare()
    {
        sandbox.CopyModel("llama-a", "models/a");
        sandbox.CopyModel("llama-base", "models/b");
        sandbox.CopyModel("llama-c", "models/t");
        sandbox.Copy(Path.Combine(MergeSandbox.Recorded, "adapters", "lora-a"), "adapters/lora");
        sandbox.Copy(Repository.Golden("adapters", "bases", "llama"), "models/ia3base");
        sandbox.Copy(Repository.Golden("adapters", "cases", "llama-ia3", "adapter"), "adapters/ia3");
        // Folders count as models only with a config or weights in them.
        sandbox.Write("models/config.json", "{}");
        sandbox.Write("adapters/config.json", "{}");
        Directory.CreateSymbolicLink(sandbox.File("linked"), sandbox.File("models"));
    }

    SortedDictionary<string, byte[]> Everything() =>
        new(Directory.EnumerateFiles(sandbox.Root, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(sandbox.Root, f), File.ReadAllBytes), StringComparer.Ordinal);
}
