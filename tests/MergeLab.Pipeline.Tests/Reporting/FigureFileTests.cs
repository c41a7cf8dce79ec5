using System.Xml.Linq;
using MergeLab.Pipeline.Tests.Results;
using MergeLab.Reporting;

namespace MergeLab.Pipeline.Tests.Reporting;

public sealed class FigureFileTests
{
    static readonly ReportModel model = SampleResults.Report(SampleResults.Small());

    [Fact]
    public void A_figure_stands_alone_in_light_and_dark()
    {
        var (_, svg) = FigureFiles.Draw(model)[0];
        var root = XDocument.Parse(svg).Root!;
        var style = root.Element(root.Name.Namespace + "style")!.Value;
        Assert.Contains("prefers-color-scheme:dark", style, StringComparison.Ordinal);
        Assert.All(root.Descendants().Attributes("class").SelectMany(c => c.Value.Split(' ')).Distinct().Where(c => c != "chart"), c => Assert.Contains("." + c, style, StringComparison.Ordinal));
        Assert.Single(root.Descendants(root.Name.Namespace + "text"), t => t.Value == "ROUGE-1 on story-summary by merged models");
        Assert.DoesNotContain("url(", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("href", svg, StringComparison.Ordinal);
        Assert.Equal(svg, FigureFiles.Draw(model)[0].Svg);
    }

    [Fact]
    public void Names_tell_figures_apart_and_stay_in_the_folder()
    {
        var line = model.Figures[0];
        Assert.Equal(["sample-rouge1.svg", "sample-rouge1-published.svg"], FigureFiles.Draw(model with { Figures = [line] }).Select(f => f.Name));
        Assert.Equal(["sample-rouge1.svg", "sample-rouge1-published.svg", "sample-rouge1-2.svg", "sample-rouge1-published-2.svg"], FigureFiles.Draw(model with { Figures = [line, line] }).Select(f => f.Name));
        Assert.All(FigureFiles.Draw(model with { Experiment = "../../x" }), f => Assert.Matches(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]*\.svg\z", f.Name));
    }

    [Fact]
    public void Hostile_names_stay_text_in_a_figure()
    {
        var (_, svg) = FigureFiles.Draw(SampleResults.Report(new(SampleResults.Small().Rows.Select(r => r with { Task = "</style><script>", PublishedSetup = "</text><script>" }), [])))[1];
        Assert.DoesNotContain(XDocument.Parse(svg).Descendants(), e => e.Name.LocalName == "script");
    }
}
