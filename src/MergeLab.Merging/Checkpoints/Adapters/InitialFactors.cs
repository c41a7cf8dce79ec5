using MergeLab.Core.Errors;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>
/// Adapters whose training began from parts of the base (OLoRA, PiSSA) belong to the base without those parts. Here the part is found
/// again from the base and taken away, as PEFT does on loading.
/// </summary>
static class InitialFactors
{
    /// <summary>rows²·(rows + columns) up to which the singular vectors are computed: 768 × 768, some seconds.</summary>
    const double LargestDecomposition = 1e9;

    /// <summary>The update that takes the initial factors out of the base.</summary>
    public static LowRankUpdate Removed(TensorReader before, BoundLora change)
    {
        var (rows, columns, rank) = ((int)change.Rows, (int)change.Columns, change.Module.Rank);
        if (change.Layout != WeightLayout.Direct || change.Module.Form != LoraForm.Linear || rank > Math.Min(rows, columns))
            throw new ProblemException("this form of initialisation is only read for linear layers", new Place(change.Module.A.File, Tensor: change.Module.A.Name),
                $"the weight is {change.Tensor.ShapeText}, the rank {rank}", "convert the adapter with PEFT: save_pretrained(folder, path_initial_model_for_weight_conversion=…)");
        if (change.Initialisation == BaseInitialisation.Pissa && (double)rows * rows * (rows + columns) > LargestDecomposition)
            throw new ProblemException("the singular vectors of so large a weight are not computed here", new Place(change.Module.A.File, Tensor: change.Module.A.Name),
                $"PiSSA takes the leading part of the weight {change.Tensor.ShapeText} out of the base", "convert the adapter with PEFT: save_pretrained(folder, path_initial_model_for_weight_conversion=…)");
        var weight = new float[(long)rows * columns];
        before.Read(0, weight);
        var basis = change.Initialisation == BaseInitialisation.Olora ? ColumnSpace.First(weight, rows, columns, rank) : ColumnSpace.Leading(weight, rows, columns, rank);
        // Both parts are projections: onto the first columns of Q, or onto the leading left singular vectors.
        var right = new float[rank * columns];
        var sums = new double[columns];
        for (var k = 0; k < rank; k++)
        {
            Array.Clear(sums);
            for (var i = 0; i < rows; i++)
            {
                var u = basis[k][i];
                for (var j = 0; j < columns; j++) sums[j] += u * weight[(long)i * columns + j];
            }
            for (var j = 0; j < columns; j++) right[k * columns + j] = (float)sums[j];
        }
        var left = new float[rows * rank];
        for (var i = 0; i < rows; i++)
            for (var k = 0; k < rank; k++) left[i * rank + k] = (float)basis[k][i];
        // PiSSA divides its factors by √s each, so s cancels; OLoRA does not.
        var scale = change.Initialisation == BaseInitialisation.Olora ? (float)change.Module.Scale : 1f;
        return new LowRankUpdate(left, right, rank, -scale);
    }
}
