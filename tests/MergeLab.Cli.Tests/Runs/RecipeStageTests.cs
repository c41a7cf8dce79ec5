namespace MergeLab.Cli.Tests.Runs;

/// <summary>Recipe files as merges of an experiment.</summary>
[Collection(Runs.Name)]
public sealed class RecipeStageTests(UndisturbedRun undisturbed) : IDisposable
{
    const string Slerp = """
        merge_method: slerp
        base_model: experiments/zoo/t5-micro+experiments/zoo/t5-micro-lora/topic
        models:
          - model: experiments/zoo/t5-micro+experiments/zoo/t5-micro-lora/title
        parameters: { t: 0.3 }
        """;

    const string Staged = """
        name: half
        merge_method: task_arithmetic
        base_model: experiments/zoo/t5-micro
        models:
          - model: experiments/zoo/t5-micro+experiments/zoo/t5-micro-lora/describe
        parameters: { weight: 0.5 }
        ---
        merge_method: linear
        models:
          - model: half
          - model: experiments/zoo/t5-micro+experiments/zoo/t5-micro-lora/title
        parameters: { weight: 1 }
        """;

    readonly RunSandbox sandbox = undisturbed.Continue();

    public void Dispose() => sandbox.Dispose();

    [RunFact]
    public void A_changed_recipe_runs_its_own_merge_and_evaluations_and_nothing_else()
    {
        WithRecipes();
        var first = sandbox.Run();
        Assert.Equal([.. Stages("slerp", "two-models"), .. Stages("linear", "staged"), "smoke/report"], first.Ran.OrderBy(s => s == "smoke/report").ThenBy(s => s.Contains("staged", StringComparison.Ordinal)));
        Assert.Empty(sandbox.Run().Ran);

        Write("two-models", Slerp.Replace("0.3", "0.4", StringComparison.Ordinal));
        Assert.Equal([.. Stages("slerp", "two-models"), "smoke/report"], sandbox.Run().Ran);

        // An earlier stage of a file is part of it.
        Write("staged", Staged.Replace("weight: 0.5", "weight: 0.7", StringComparison.Ordinal));
        Assert.Equal([.. Stages("linear", "staged"), "smoke/report"], sandbox.Run().Ran);
        Assert.Empty(sandbox.Run().Warnings);
    }

    [RunFact]
    public void Adapter_weights_that_only_one_recipe_reads_run_that_recipe_again()
    {
        WithRecipes();
        sandbox.Run();
        var file = sandbox.Zoo("t5-micro-lora/topic/adapter_model.safetensors");
        var bytes = File.ReadAllBytes(file);
        bytes[^3] ^= 0x10;
        File.WriteAllBytes(file, bytes);
        var ran = sandbox.Run().Ran;
        Assert.Contains("smoke/merge/slerp/two-models", ran);
        Assert.DoesNotContain(ran, s => s.Contains("staged", StringComparison.Ordinal));
    }

    [RunFact]
    public void A_recipe_that_is_not_there_is_refused_with_its_line()
    {
        sandbox.Edit("merges:\n", "recipes:\n  - ../recipes/nowhere.yml\nmerges:\n");
        Refused("no such recipe: '../recipes/nowhere.yml'", "smoke.yaml:");
    }

    [RunFact]
    public void A_mistake_in_a_recipe_is_refused_with_the_recipes_line()
    {
        WithRecipes();
        Write("two-models", Slerp.Replace("t: 0.3", "tt: 0.3", StringComparison.Ordinal));
        Refused("'tt'", "two-models.yml:5:");
    }

    [RunFact]
    public void A_recipe_named_as_a_set_is_refused()
    {
        Write("three", Slerp);
        sandbox.Edit("merges:\n", "recipes: [../recipes/three.yml]\nmerges:\n");
        Refused("'three' is the name of two recipes, or of a recipe and a set", "smoke.yaml:");
    }

    [RunFact]
    public void A_model_that_a_recipe_names_and_nobody_has_fails_its_merge_alone()
    {
        WithRecipes();
        Write("two-models", Slerp.Replace("t5-micro-lora/title", "t5-micro-lora/titel", StringComparison.Ordinal));
        var outcome = sandbox.TryRun("--keep-going");
        Assert.Equal(1, outcome.Exit);
        var events = new RunEvents(outcome.Out);
        Assert.Equal(["smoke/merge/slerp/two-models"], events.Failed);
        Assert.Contains("t5-micro-lora/titel", events.Problem("smoke/merge/slerp/two-models"), StringComparison.Ordinal);
        Assert.Contains("smoke/merge/linear/staged", events.Ran);
    }

    void WithRecipes()
    {
        Write("two-models", Slerp);
        Write("staged", Staged);
        sandbox.Edit("merges:\n", "recipes:\n  - ../recipes/two-models.yml\n  - ../recipes/staged.yml\nmerges:\n");
    }

    void Write(string name, string text)
    {
        var file = Path.Combine(sandbox.Experiments, "recipes", $"{name}.yml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    static string[] Stages(string method, string name) =>
        [$"smoke/evaluate/{method}/{name}/story-summary", $"smoke/evaluate/{method}/{name}/topic", $"smoke/merge/{method}/{name}"];

    void Refused(params string[] parts)
    {
        var outcome = sandbox.TryRun();
        Assert.True(outcome.Exit == 2, $"exit {outcome.Exit}\n{outcome.Error}\n{outcome.Out}");
        Assert.Equal(1, outcome.Error.Split("error: ").Length - 1);
        Assert.All(parts, p => Assert.Contains(p, outcome.Error, StringComparison.Ordinal));
    }
}
