namespace MergeLab.Models.Common;

/// <summary>A model of whatever family, by the names of its inputs, outputs and parameters.</summary>
public interface IModel : IDisposable
{
    Parameters Parameters { get; }

    /// <summary>One pass. Outputs bear transformers' names; they belong to the current dispose scope.</summary>
    /// <param name="inputs">Checked by the model.</param>
    /// <param name="hiddenStates">Also the state after each layer.</param>
    /// <exception cref="Core.Errors.ProblemException">An input is missing, unknown, or out of range.</exception>
    IReadOnlyDictionary<string, Tensor> Forward(ModelInputs inputs, bool hiddenStates);
}
