using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace MergeLab.Build;

/// <summary>
/// How many tests passed, failed and were skipped, over all test projects. Whatever else went wrong (a host that crashed,
/// a build that failed) counts as one failure each, so that no such run can look like a good one.
/// </summary>
public sealed class TestTally
{
    readonly List<string> troubles = [];

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>Failures that are not tests, in words.</summary>
    public IReadOnlyList<string> Troubles => troubles;

    public int Ran => Passed + Failed;

    public void Add(string trouble)
    {
        troubles.Add(trouble);
        Failed++;
    }

    /// <summary>Adds what one test host reported.</summary>
    /// <param name="project">Its project, for messages.</param>
    /// <param name="trx">Its results file (Visual Studio's TRX); every host that ends in order writes one, without tests too.</param>
    /// <param name="exit">Its exit code.</param>
    public void AddHost(string project, string trx, int exit)
    {
        var before = Failed;
        try
        {
            Read(project, trx);
        }
        catch (Exception e) when (e is XmlException or IOException)
        {
            Add($"{project}: no whole results file: {e.Message}");
        }
        if (exit != 0 && Failed == before) Add($"{project}: the test host ended with {exit} and no failed test");
    }

    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed");
        return Skipped == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}, {Skipped} skipped");
    }

    /// <summary>Counts results one by one: the file's own counters do not tell a crash from a run without tests.</summary>
    void Read(string project, string trx)
    {
        using var xml = XmlReader.Create(trx, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.LocalName == "UnitTestResult") Count(xml.GetAttribute("outcome"));
            else if (xml.LocalName == "RunInfo" && xml.GetAttribute("outcome") == "Error") CountNotice(project, XElement.Load(xml.ReadSubtree()).Value.Trim());
        }
    }

    void Count(string? outcome)
    {
        if (outcome == "Passed") Passed++;
        else if (outcome == "NotExecuted") Skipped++;
        else Failed++;
    }

    /// <summary>xunit leaves a notice ending in [FAIL] for every failed test; any other error is the host's own, a crash most often.</summary>
    void CountNotice(string project, string notice)
    {
        if (!notice.EndsWith("[FAIL]", StringComparison.Ordinal)) Add($"{project}: {notice.Split('\n')[0].TrimEnd()}");
    }
}
