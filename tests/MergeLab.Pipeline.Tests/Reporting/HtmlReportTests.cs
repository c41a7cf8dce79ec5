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

    private const string RequestPattern = @"(?:src|srcset|action|data|poster)\s*=|url\(|@import|https?:|[""'(]//";

    [GeneratedRegex(RequestPattern, RegexOptions.IgnoreCase)]
    private static partial Regex Requests();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Targets();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
