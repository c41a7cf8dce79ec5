using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeLab.Core.Errors;
using MergeLab.Models.Training;

namespace MergeLab.Stages.Zoo;

/// <summary>How a model of the zoo came about: <c>training.json</c> beside its weights. Times and memory are the machine's, all else is the recipe's.</summary>
public sealed record TrainingRecord
{
    public required string Task { get; init; }
    public required ulong WorldSeed { get; init; }
    public required ulong Seed { get; init; }
    public required string Options { get; init; }
    public required long Parameters { get; init; }
    public required int Steps { get; init; }
    public required int BestStep { get; init; }
    public required double TrainingLoss { get; init; }
    public required double StartLoss { get; init; }
    public required double ValidationLoss { get; init; }

    /// <summary>Frobenius norm of what was added to the base, over all its matrices; of the base itself its weights' norm.</summary>
    public required double Norm { get; init; }

    public required double Seconds { get; init; }
    public required long PeakMegabytes { get; init; }
    public required bool Resumed { get; init; }

    static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a training without validation has NaN for its loss
    };

    public static TrainingRecord Of(string task, ulong worldSeed, ulong seed, TrainingOptions options, TrainingOutcome outcome, long parameters, double norm, TimeSpan time)
    {
        using var process = Process.GetCurrentProcess();
        return new TrainingRecord
        {
            Task = task,
            WorldSeed = worldSeed,
            Seed = seed,
            Options = options.ToString(),
            Parameters = parameters,
            Steps = outcome.Steps,
            BestStep = outcome.BestStep,
            TrainingLoss = outcome.Loss,
            StartLoss = outcome.StartLoss,
            ValidationLoss = outcome.ValidationLoss,
            Norm = norm,
            Seconds = Math.Round(time.TotalSeconds, 1),
            PeakMegabytes = process.PeakWorkingSet64 >> 20,
            Resumed = outcome.Resumed,
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Form) + "\n";

    /// <exception cref="ProblemException">No such file, or not a record.</exception>
    public static TrainingRecord Read(string folder)
    {
        var path = Path.Combine(folder, ZooLayout.RecordName);
        if (!File.Exists(path)) throw new ProblemException("no record of a training", new Place(path), remedy: "mergelab zoo train makes it");
        try
        {
            return JsonSerializer.Deserialize<TrainingRecord>(File.ReadAllBytes(path), Form) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ProblemException("not a record of a training", new Place(path), e.Message, "train the model again", inner: e);
        }
    }
}
