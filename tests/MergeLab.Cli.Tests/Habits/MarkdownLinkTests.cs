namespace MergeLab.Cli.Tests.Habits;

public class MarkdownLinkTests
{
    [Fact]
    public void Links_in_the_documentation_lead_somewhere()
    {
        var files = SourceFiles.EndingIn([".md"]);
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(f => MarkdownLinks.Broken(f, Repository.Root)));
    }

    [Theory]
    [InlineData("[a](missing.md)", "docs/a.md: missing.md does not exist")]
    [InlineData("[a](../src)", "docs/a.md: ../src does not exist")]
    [InlineData("[a](b.md#nothing)", "docs/a.md: b.md#nothing has no such heading")]
    [InlineData("![a](figure.svg \"title\")", "docs/a.md: figure.svg does not exist")]
    [InlineData("# One\n[a](#two)", "docs/a.md: #two has no such heading")]
    public void A_link_to_nowhere_is_found(string text, string broken)
    {
        using var scratch = new ScratchFolder();
        scratch.Write("docs/b.md", "# A heading");
        scratch.Write("docs/a.md", text);
        Assert.Equal([broken], MarkdownLinks.Broken("docs/a.md", scratch.Path));
    }

    [Theory]
    [InlineData("[a](b.md) [b](b.md#a-heading-with-code) [c](../docs) [d](https://example.org/x)")]
    [InlineData("```\n[a](missing.md)\n```\n`[b](missing.md)`")]
    [InlineData("# One, two\n[a](#one-two)")]
    public void A_link_to_something_and_code_are_left_alone(string text)
    {
        using var scratch = new ScratchFolder();
        scratch.Write("docs/b.md", "## A heading: with `code`");
        scratch.Write("docs/a.md", text);
        Assert.Empty(MarkdownLinks.Broken("docs/a.md", scratch.Path));
    }
}
