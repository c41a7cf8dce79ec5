using MergeLab.Build;

namespace MergeLab.Cli.Tests.Targets;

public sealed class SourceStampTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public SourceStampTests()
    {
        scratch.Write("src/a.cs", "a");
        scratch.Write("src/goldens/g.json", "g");
        scratch.Write("out/a.dll", "1");
        Stamp().Save();
    }

    [Fact]
    public void Nothing_changed_means_nothing_to_build() => Assert.True(Stamp().IsCurrent);

    [Fact]
    public void A_changed_source_is_built()
    {
        scratch.Write("src/a.cs", "b");
        Assert.False(Stamp().IsCurrent);
    }

    [Fact]
    public void A_new_or_removed_source_is_built()
    {
        scratch.Write("src/b.cs", "");
        Assert.False(Stamp().IsCurrent);
        File.Delete(scratch.File("src/b.cs"));
        Assert.True(Stamp().IsCurrent);
        File.Delete(scratch.File("src/a.cs"));
        Assert.False(Stamp().IsCurrent);
    }

    [Fact]
    public void Outputs_replaced_by_another_build_are_built_again()
    {
        File.SetLastWriteTimeUtc(scratch.File("out/a.dll"), DateTime.UnixEpoch);
        Assert.False(Stamp().IsCurrent);
    }

    [Fact]
    public void Missing_outputs_are_built_again()
    {
        File.Delete(scratch.File("out/a.dll"));
        Assert.False(Stamp().IsCurrent);
    }

    [Fact]
    public void Another_libtorch_or_compiler_is_built_with() => Assert.False(Stamp("LIBTORCH=/opt/torch").IsCurrent);

    [Fact]
    public void Goldens_are_read_by_tests_and_not_compiled()
    {
        scratch.Write("src/goldens/g.json", "h");
        Assert.True(Stamp().IsCurrent);
    }

    [Fact]
    public void An_edit_during_the_build_is_built_the_next_time()
    {
        var before = Stamp();
        scratch.Write("src/a.cs", "during");
        before.Save();
        Assert.False(Stamp().IsCurrent);
    }

    SourceStamp Stamp(string surroundings = "") =>
        new(scratch.File("stamp"), [scratch.File("src"), scratch.File("none")], () => Directory.EnumerateFiles(scratch.File("out")), surroundings);

    public void Dispose() => scratch.Dispose();
}
