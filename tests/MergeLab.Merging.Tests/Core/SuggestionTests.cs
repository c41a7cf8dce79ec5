using MergeLab.Core.Text;

namespace MergeLab.Merging.Tests.Core;

public class SuggestionTests
{
    [Theory]
    [InlineData("geometric_medain", "geometric_median")]
    [InlineData("avrage", "average")]
    [InlineData("AVERAGE", "average")]
    public void A_typing_error_finds_the_name_meant(string typed, string meant) =>
        Assert.Equal(meant, Suggestion.Closest(typed, ["average", "geometric_median", "ties"]));

    [Fact]
    public void Something_else_entirely_finds_nothing_and_lists_what_there_is()
    {
        Assert.Null(Suggestion.Closest("banana", ["average", "ties"]));
        Assert.Equal("known: average, ties", Suggestion.For("banana", ["ties", "average"]));
    }
}
