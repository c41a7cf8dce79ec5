using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MergeLab.Core.Errors;
using MergeLab.Pipeline.Tests.Results;
using MergeLab.Reporting;
using MergeLab.Results;
using MergeLab.Results.Comparison;

namespace MergeLab.Pipeline.Tests.Reporting;

public sealed partial class HtmlReportTests
{
    static readonly ResultSet full = SampleResults.Full();

    static ReportModel Model()
    {
        var before = SampleResults.With(full, SampleResults.Cell(full, "average", 6), (e, i) => e.Value + 0.02 + (0.001 * (i % 3)));
        before = SampleResults.With(before, SampleResults.Cell(full, "geometric_median", 12), (e, i) => e.Value + (i % 2 == 0 ? 0.02 : -0.019));
        var diff = new DiffReport("committed", "last run", true, ResultDiff.Compare(before, full, ToleranceTable.Exact));
        return SampleResults.Report(full) with { Diff = diff };
    }

    /// <summary>Left in artifacts/ for the eye.</summary>
    [Fact]
    public void A_report_asks_nothing_of_the_network()
    {
        var html = HtmlReport.Write(Model());
        HtmlReport.WriteTo(Path.Combine(MergeLab.Testing.Repository.Root, "artifacts", "report-sample"), Model());
        Assert.DoesNotMatch(Requests(), html);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", html, StringComparison.OrdinalIgnoreCase);
        Assert.All(Targets().Matches(html), m => Assert.StartsWith("#", m.Groups[1].Value, StringComparison.Ordinal));
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, 2 << 20);
    }

    [Fact]
    public void Every_link_leads_to_a_place_in_the_page()
    {
        var html = HtmlReport.Write(Model());
        var links = Targets().Matches(html);
        Assert.NotEmpty(links);
        Assert.All(links, m => Assert.Contains($"id=\"{m.Groups[1].Value[1..]}\"", html, StringComparison.Ordinal));
    }

    [Fact]
    public void The_security_policy_allows_the_style_sheet_it_comes_with()
    {
        var html = HtmlReport.Write(Model());
        var style = Style().Match(html).Groups[1].Value;
        Assert.Contains($"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_models_are_equal_bytes_and_hold_one_time()
    {
        var html = HtmlReport.Write(Model());
        Assert.Equal(html, HtmlReport.Write(Model()));
        Assert.Single(Times().Matches(html));
        Assert.DoesNotContain("<time", HtmlReport.Write(Model() with { Time = null }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0, "no difference", "same")]
    [InlineData(0.02, "GeoMed is better", "better")]
    [InlineData(-0.02, "GeoMed is worse", "worse")]
    public void The_first_sentence_answers_the_question(double lead, string verdict, string outcome)
    {
        var random = new Random(3);
        var results = SampleResults.Of([20], 400);
        var average = SampleResults.Cell(results, "average", 20);
        var noisy = results.ExamplesOf(average).Select(e => e.Value + lead + (0.01 * (random.NextDouble() - 0.5))).ToArray();
        results = SampleResults.With(results, SampleResults.Cell(results, "geometric_median", 20), (_, i) => noisy[i]);
        var html = HtmlReport.Write(SampleResults.Report(results));
        var heading = Heading().Match(html);
        Assert.Equal($"verdict {outcome}", heading.Groups[1].Value);
        Assert.Matches($@"^GeoMed − average on 20 models: −?0\.0\d\d\d ROUGE-1 \[−?0\.\d+, −?0\.\d+\]: {verdict}$", heading.Groups[2].Value);
    }

    [Fact]
    public void A_papers_figures_stand_beside_ours_under_their_own_name()
    {
        var html = HtmlReport.Write(Model() with { PublishedNote = "Read off <table 3>." });
        Assert.Contains("<i class=\"published\">published 0.206</i>", html, StringComparison.Ordinal);
        Assert.Contains("Published: Flan-T5-XL, LoraHub adapters, XSum.", html, StringComparison.Ordinal);
        var note = html.IndexOf("given for the pattern. Read off &lt;table 3&gt;.", StringComparison.Ordinal);
        Assert.InRange(note, html.IndexOf("published 0.206", StringComparison.Ordinal), html.IndexOf("</figure>", StringComparison.Ordinal));
        Assert.Equal(note, html.LastIndexOf("given for the pattern.", StringComparison.Ordinal));
        Assert.Contains("<a href=\"#published-note\">", html[note..], StringComparison.Ordinal);
    }

    [Fact]
    public void Single_models_do_not_bury_the_merges()
    {
        var results = SampleResults.Of([2, 6, 20], 40);
        var row = results.Rows.First(r => r.Models == 2);
        var singles = new[] { 0.3, 0.5, 0.4 }.Select((v, i) => row with { Method = "individual", SetName = $"alone-{i}", Models = 1, Value = v, Published = null });
        var html = HtmlReport.Write(SampleResults.Report(new ResultSet([.. results.Rows.Select(r => r.Models == 0 ? r with { SetName = "base" } : r), .. singles], [])));
        var main = html[html.IndexOf("<table class=\"main\">", StringComparison.Ordinal)..];
        main = main[..main.IndexOf("</table>", StringComparison.Ordinal)];
        Assert.Contains("<th scope=\"col\">set</th>", main, StringComparison.Ordinal);
        Assert.Equal(["first-02", "first-06", "first-20"], RowHeads().Matches(main).Select(m => m.Groups[1].Value));
        var alone = html[html.IndexOf("<details class=\"singles\">", StringComparison.Ordinal)..];
        alone = alone[..alone.IndexOf("</details>", StringComparison.Ordinal)];
        Assert.Equal(["alone-1", "alone-2", "alone-0"], RowHeads().Matches(alone).Select(m => m.Groups[1].Value));
        Assert.Contains("Without merging, pretrained:", html[..html.IndexOf("</figcaption>", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("<title>alone-1: 0.5000</title>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_nothing_but_baselines_shows_them()
    {
        var small = SampleResults.Small();
        var html = HtmlReport.Write(SampleResults.Report(small) with { Baselines = ["pretrained", "average", "geometric_median"] });
        Assert.Equal(["GeoMed", "average", "pretrained"], RowHeads().Matches(html).Select(m => m.Groups[1].Value).Take(3));
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        const string hostile = "</style><script>alert(1)</script>";
        var rows = SampleResults.Small().Rows.Select(r => r with { SetName = r.SetName + hostile, Task = hostile, PublishedSetup = hostile });
        var html = HtmlReport.Write(SampleResults.Report(new ResultSet(rows, [])) with { Title = hostile, Tables = [], PublishedNote = hostile, Provenance = [new ReportFact(hostile, hostile)] });
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_report_is_written_without_stages_figures_snapshot_or_results()
    {
        Assert.Contains("accept", HtmlReport.Write(new ReportModel { Experiment = "e", Results = SampleResults.Small() }), StringComparison.Ordinal);
        Assert.Contains("No results", HtmlReport.Write(new ReportModel { Experiment = "e" }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_kind_of_figure_is_refused_with_a_suggestion() => Assert.Contains("line", Assert.Throws<ProblemException>(
        () => HtmlReport.Write(SampleResults.Report(SampleResults.Small()) with { Figures = [new ReportFigure("lines", "models", "rouge1")] })).Problem.Remedy, StringComparison.Ordinal);

    [Fact]
    public void What_is_stored_beside_results_gives_the_same_report_again()
    {
        using var scratch = new ScratchFolder();
        var model = SampleResults.Report(SampleResults.Small());
        ResultFiles.WriteRun(scratch.Path, model.Results, SampleResults.Lock());
        ReportFile.Write(scratch.Path, model);
        Assert.Equal(HtmlReport.Write(model), HtmlReport.Write(ReportFile.Read(scratch.Path)));
    }

    /// <summary>The page without its style sheet and drawings, which have snapshots of their own.</summary>
    [Fact]
    public void The_words_of_a_small_report()
    {
        var html = HtmlReport.Write(SampleResults.Report(SampleResults.Small()));
        Snapshot.Match(Drawings().Replace(Style().Replace(html, "<style>…</style>"), "<svg>…</svg>").Replace(Policy().Match(html).Value, "sha256-…", StringComparison.Ordinal));
    }

    [GeneratedRegex("<th scope=\"row\">([^<]*)<")]
    private static partial Regex RowHeads();

    [GeneratedRegex("<time ")]
    private static partial Regex Times();

    [GeneratedRegex("<h1 class=\"([^\"]*)\">([^<]*)</h1>")]
    private static partial Regex Heading();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawings();

    [GeneratedRegex("sha256-[A-Za-z0-9+/=]+")]
    private static partial Regex Policy();

    private const string RequestPattern = @"(?:src|srcset|action|data|poster)\s*=|url\(|@import|https?:|[""'(]//";

    [GeneratedRegex(RequestPattern, RegexOptions.IgnoreCase)]
    private static partial Regex Requests();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Targets();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
