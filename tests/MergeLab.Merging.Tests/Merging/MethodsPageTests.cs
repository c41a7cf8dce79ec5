using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Tests.Merging;

public class MethodsPageTests
{
    [Fact]
    public void The_page_says_what_the_table_says()
    {
        var file = Path.Combine(Repository.Root, "docs", "methods.md");
        var written = MethodsPage.Write(MethodTable.All);
        if (File.ReadAllText(file) == written) return;
        File.WriteAllText(Path.Combine(Repository.Root, "docs", "methods.received.md"), written);
        Assert.Fail("docs/methods.md is out of date: replace it by docs/methods.received.md");
    }
}
