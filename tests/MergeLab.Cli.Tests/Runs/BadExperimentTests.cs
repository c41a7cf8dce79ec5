namespace MergeLab.Cli.Tests.Runs;

[Collection(Runs.Name)]
public sealed class BadExperimentTests : IDisposable
{
    readonly RunSandbox sandbox = new();

    [RunFact]
    public void Merges_that_need_each_other_are_refused()
    {
        sandbox.Edit("two:   [topic, describe]", "two:   [topic, \"@second\"]");
        sandbox.Edit("three: [topic, describe, title]", "three: [title, \"@first\"]");
        sandbox.Edit("  - method: geometric_median\n    sets: [two, three]", "  - method: geometric_median\n    name: first\n    sets: [two]");
        sandbox.Edit("  - method: average\n    sets: [two, three]", "  - method: average\n    name: second\n    sets: [three]");
        Refused("merges need each other", "smoke.yaml:", "@first", "@second");
    }

    [RunFact]
    public void An_unknown_adapter_in_a_set_is_refused_with_the_nearest_name()
    {
        sandbox.Edit("two:   [topic, describe]", "two:   [topic, descibe]");
        Refused("unknown adapter 'descibe'", $"smoke.yaml:{LineOf("descibe")}:", "did you mean 'describe'?");
    }

    [RunFact]
    public void Two_experiments_of_one_name_are_refused_with_both_places()
    {
        var again = Path.Combine(Path.GetDirectoryName(sandbox.Recipe)!, "again.yaml");
        File.Copy(sandbox.Recipe, again);
        Refused("two experiments are named 'smoke'", "smoke.yaml:3", "again.yaml:3");
    }

    [RunFact]
    public void An_unknown_key_is_refused_with_its_line_and_the_nearest_key()
    {
        sandbox.Edit("held_out: true", "held_aut: true");
        Refused("unknown key 'held_aut'", "smoke.yaml:", "did you mean 'held_out'?");
    }

    [RunFact]
    public void An_unknown_experiment_is_refused_with_the_nearest_name()
    {
        var outcome = sandbox.TryRun("--experiment", "smok");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("did you mean 'smoke'?", outcome.Error, StringComparison.Ordinal);
    }

    [RunFact]
    public void Yaml_that_is_none_is_refused_with_its_line()
    {
        File.AppendAllText(sandbox.Recipe, "\nsets: [two,\n");
        Refused("smoke.yaml:");
    }

    public void Dispose() => sandbox.Dispose();

    int LineOf(string text) => File.ReadLines(sandbox.Recipe).TakeWhile(l => !l.Contains(text, StringComparison.Ordinal)).Count() + 1;

    void Refused(params string[] parts)
    {
        var outcome = sandbox.TryRun();
        Assert.Equal(2, outcome.Exit);
        Assert.Empty(outcome.Out);
        Assert.Equal(1, outcome.Error.Split("error: ").Length - 1);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        foreach (var part in parts) Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(sandbox.Cache));
    }
}
