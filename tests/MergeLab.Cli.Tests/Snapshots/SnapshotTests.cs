using Xunit.Sdk;

namespace MergeLab.Cli.Tests.Snapshots;

public sealed class SnapshotTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    [Fact]
    public void The_accepted_text_lies_beside_the_test()
    {
        Snapshot.Match("kept beside the test\nin two lines\n");
        Assert.True(File.Exists(Path.Combine(Repository.Root, "tests/MergeLab.Cli.Tests/Snapshots/SnapshotTests.The_accepted_text_lies_beside_the_test.verified.txt")));
    }

    [Theory]
    [InlineData("a", "a\n")]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("", "\n")]
    public void Line_ends_make_no_difference(string accepted, string found)
    {
        scratch.Write("Suite.Case.verified.txt", accepted);
        Match(found);
    }

    [Fact]
    public void A_difference_is_shown_and_kept_for_acceptance()
    {
        scratch.Write("Suite.Case.verified.txt", "one\ntwo\nthree");
        var message = Assert.Throws<XunitException>(() => Match("one\n2\nthree")).Message;
        Assert.Contains("at line 2\n  accepted: two\n  found:    2\n", message, StringComparison.Ordinal);
        Assert.Contains("to accept: mv ", message, StringComparison.Ordinal);
        Assert.Equal("one\n2\nthree", File.ReadAllText(scratch.File("Suite.Case.received.txt")));
    }

    [Fact]
    public void A_text_that_goes_on_differs_after_its_last_common_line()
    {
        scratch.Write("Suite.Case.verified.txt", "one");
        Assert.Contains("at line 2\n  accepted: (no such line)\n  found:    two", Assert.Throws<XunitException>(() => Match("one\ntwo")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_accepted_text_the_test_fails_and_says_how_to_accept()
    {
        var message = Assert.Throws<XunitException>(() => Match("new")).Message;
        Assert.Contains("no accepted snapshot yet", message, StringComparison.Ordinal);
        Assert.True(File.Exists(scratch.File("Suite.Case.received.txt")));
        Assert.False(File.Exists(scratch.File("Suite.Case.verified.txt")));
    }

    [Fact]
    public void A_received_text_of_an_earlier_failure_goes_when_the_test_passes()
    {
        scratch.Write("Suite.Case.verified.txt", "same");
        scratch.Write("Suite.Case.received.txt", "other");
        Match("same");
        Assert.False(File.Exists(scratch.File("Suite.Case.received.txt")));
    }

    [Fact]
    public void Parameters_tell_the_cases_of_a_theory_apart()
    {
        scratch.Write("Suite.Case_rank=4_scale=0.5_name=a-b_seed=null.verified.txt", "x");
        Match("x", [("rank", 4), ("scale", 0.5), ("name", "a/b"), ("seed", null)]);
    }

    void Match(string text, (string, object?)[]? parameters = null) => Snapshot.Match(text, parameters, scratch.File("Suite.cs"), "Case");

    public void Dispose() => scratch.Dispose();
}
