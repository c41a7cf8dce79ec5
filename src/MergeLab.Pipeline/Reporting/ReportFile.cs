using System.Text.Encodings.Web;
using System.Text.Json;
using MergeLab.Core.Errors;
using MergeLab.Results;

namespace MergeLab.Reporting;

/// <summary>What a report is made of besides results, stored beside them so that it can be written again.</summary>
public static class ReportFile
{
    public const string Name = "report.json";

    static readonly JsonSerializerOptions form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, ReportModel model) => TextFile.Write(Path.Combine(folder, Name), JsonSerializer.Serialize(model, form) + "\n");

    /// <summary>The model of a result folder: the last run's results, or the snapshot where there was no run, and what is stored beside them.</summary>
    /// <exception cref="ProblemException">There are no results, or the file is not one of these.</exception>
    public static ReportModel Read(string folder)
    {
        var (run, snapshot) = (ResultFiles.HasRun(folder), ResultFiles.HasSnapshot(folder));
        var stored = run || !snapshot ? ResultFiles.ReadRun(folder) : ResultFiles.ReadSnapshot(folder);
        var path = Path.Combine(folder, Name);
        var model = File.Exists(path) ? Parse(path) : new ReportModel { Experiment = stored.Results.Rows.Select(r => r.Experiment).FirstOrDefault(Path.GetFileName(Path.GetFullPath(folder))) };
        return model with
        {
            Results = stored.Results,
            Diff = run && snapshot ? Results.Comparison.ResultDiff.Compare("committed", ResultFiles.ReadSnapshot(folder), "last run", stored) : null,
        };
    }

    static ReportModel Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ReportModel>(File.ReadAllText(path), form) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ProblemException("not the description of a report", new Place(path, (int?)e.LineNumber + 1), e.Message, "run the experiment again, or remove the file for a plain report", inner: e);
        }
    }
}
