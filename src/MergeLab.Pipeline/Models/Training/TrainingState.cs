using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Models.Training;

/// <summary>
/// What a training goes on from: counters here, weights, best weights and optimiser state beside them in one safetensors file, which is
/// replaced as a whole.
/// </summary>
sealed record TrainingState
{
    const string Fingerprint = "training";

    public int Step { get; set; }
    public int BestStep { get; set; }
    public int Stale { get; set; }
    public double BestLoss { get; set; } = double.PositiveInfinity;
    public double StartLoss { get; set; } = double.NaN;
    public double ValidationLoss { get; set; } = double.NaN;
    public double WindowLoss { get; set; }
    public int WindowSteps { get; set; }
    public double LastLoss { get; set; } = double.NaN;

    public void Save(string path, string training, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var metadata = new Dictionary<string, string>
        {
            [Fingerprint] = training,
            ["step"] = Text(Step),
            ["best_step"] = Text(BestStep),
            ["stale"] = Text(Stale),
            ["best_loss"] = Text(BestLoss),
            ["start_loss"] = Text(StartLoss),
            ["validation_loss"] = Text(ValidationLoss),
            ["window_loss"] = Text(WindowLoss),
            ["window_steps"] = Text(WindowSteps),
            ["last_loss"] = Text(LastLoss),
        };
        using var writer = SafetensorsWriter.Create(path, [.. tensors.Select(t => new TensorSpec(t.Name, DType.F32, t.Tensor.shape))], metadata);
        foreach (var (name, tensor) in tensors) writer.Write(name, 0, Ops.Bytes(tensor));
        writer.Commit();
    }

    /// <exception cref="ProblemException">The checkpoint belongs to another training.</exception>
    public static TrainingState Read(SafetensorsFile file, string training)
    {
        if (file.Metadata.GetValueOrDefault(Fingerprint) is var found && found != training)
            throw new ProblemException("the checkpoint belongs to another training", new Place(file.Path), $"it is of '{found}', wanted is '{training}'", "remove it to start afresh, or train with the same settings");
        return new TrainingState
        {
            Step = Whole("step"),
            BestStep = Whole("best_step"),
            Stale = Whole("stale"),
            BestLoss = Number("best_loss"),
            StartLoss = Number("start_loss"),
            ValidationLoss = Number("validation_loss"),
            WindowLoss = Number("window_loss"),
            WindowSteps = Whole("window_steps"),
            LastLoss = Number("last_loss"),
        };

        int Whole(string key) => int.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var value) ? value : throw Damaged(key);
        double Number(string key) => double.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var value) ? value : throw Damaged(key);
        ProblemException Damaged(string key) => new($"the checkpoint lacks '{key}'", new Place(file.Path), remedy: "remove it to start afresh");
    }

    static string Text(IFormattable value) => value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : value.ToString(null, CultureInfo.InvariantCulture);
}
