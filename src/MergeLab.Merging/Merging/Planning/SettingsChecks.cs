using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Planning;

/// <summary>Parameters that are each in range and make no sense together. Checked tensor by tensor, as filters and gradients decide there.</summary>
static class SettingsChecks
{
    public static void Refuse(Recipe recipe, TensorMerge tensor, OpenedModels models)
    {
        switch (recipe.Method.Name)
        {
            case "linear" when tensor.Settings.Flag("normalize"):
                RefuseZeroSum(tensor, tensor.Inputs, models);
                break;
            case "multislerp" when tensor.Models.Count > 1 && tensor.Settings.Flag("normalize_weights"):
                RefuseZeroSum(tensor, tensor.Models, models);
                break;
            case "della" or "della_linear":
                foreach (var input in tensor.Models) RefuseMargin(tensor, input, models);
                break;
        }
    }

    static void RefuseZeroSum(TensorMerge tensor, IReadOnlyList<TensorInput> inputs, OpenedModels models)
    {
        var weights = inputs.Select(i => i.Settings.Number("weight")).ToList();
        if (Math.Abs(weights.Sum()) > 1e-12 * weights.Sum(Math.Abs)) return;
        throw new ProblemException("the weights sum to zero", At(tensor, inputs[0], models),
            $"{string.Join(" + ", weights.Select(w => w.ToString(CultureInfo.InvariantCulture)))}; the result is divided by their sum", "change a weight, or do not normalize");
    }

    /// <summary>Keep probabilities range over density ± epsilon (DELLA, section 3.1).</summary>
    static void RefuseMargin(TensorMerge tensor, TensorInput input, OpenedModels models)
    {
        var (density, epsilon) = (input.Settings.Number("density"), input.Settings.Number("epsilon"));
        if (density <= 0 || density >= 1 || (density - epsilon > 0 && density + epsilon < 1)) return;
        throw new ProblemException(string.Create(CultureInfo.InvariantCulture, $"density {density} with epsilon {epsilon}"), At(tensor, input, models),
            "elements are kept with probabilities from density − epsilon to density + epsilon, which must lie between 0 and 1", "lower epsilon");
    }

    static Place At(TensorMerge tensor, TensorInput input, OpenedModels models) => models.All[input.Model].Reference.Place with { Tensor = tensor.Output.Name };
}
