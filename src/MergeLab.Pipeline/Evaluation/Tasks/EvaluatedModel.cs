using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Data.Tokenizers;
using MergeLab.Models.T5;

namespace MergeLab.Evaluation.Tasks;

/// <summary>A model folder with its tokenizer, and adapters whose deltas add: opened for evaluation.</summary>
public sealed class EvaluatedModel : IDisposable
{
    readonly WeightSource source;

    EvaluatedModel(WeightSource source, T5Model model, Tokenizer tokenizer) => (this.source, Model, Tokenizer) = (source, model, tokenizer);

    public T5Model Model { get; }

    public Tokenizer Tokenizer { get; }

    /// <param name="folder">Of the model.</param>
    /// <param name="adapters">Their folders; the weights are the base's plus all deltas.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    /// <exception cref="Core.Errors.ProblemException">Something is missing, damaged, or does not fit.</exception>
    public static EvaluatedModel Open(string folder, IReadOnlyList<string> adapters, Device? device = null)
    {
        WeightSource source = adapters.Count == 0 ? Checkpoint.Open(folder) : AdaptedModel.Open(folder, adapters);
        try
        {
            return new EvaluatedModel(source, T5Model.Load(source, device), Tokenizer.Load(folder));
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
