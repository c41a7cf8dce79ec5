using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Models.Common;

/// <summary>How a model is opened.</summary>
public sealed record OpenOptions
{
    public Device Device { get; init; } = CPU;

    /// <summary>Float32, or Float64 for reference values.</summary>
    public ScalarType DType { get; init; } = ScalarType.Float32;

    /// <summary>Parameters are leaves with gradients.</summary>
    public bool Trainable { get; init; }

    /// <summary>LoRA stays unmultiplied beside the weights.</summary>
    public bool Factored { get; init; } = true;
}

/// <summary>A model with the files it reads.</summary>
public sealed class OpenedModel : IDisposable
{
    readonly WeightSource source;

    OpenedModel(WeightSource source, IModel model) => (this.source, Model) = (source, model);

    public IModel Model { get; }

    /// <param name="folder">Of the model.</param>
    /// <param name="adapters">Folders of adapters, whose changes add.</param>
    /// <param name="options">How.</param>
    /// <exception cref="Core.Errors.ProblemException">The files are missing or damaged, do not fit together, or are of a family that is not implemented.</exception>
    public static OpenedModel Open(string folder, IReadOnlyList<string> adapters, OpenOptions options)
    {
        WeightSource source = adapters.Count == 0 ? Checkpoint.Open(folder) : AdaptedModel.Open(folder, adapters);
        try
        {
            return new OpenedModel(source, ModelFactory.Create(source, options));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Model.Dispose();
        source.Dispose();
    }
}
