namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// Merges the task vectors of one weight matrix as a whole. It must not matter in which orthonormal bases they are given: the same rule
/// serves dense weights and LoRA factors.
/// </summary>
interface IMatrixRule
{
    /// <summary>The merged task vector, a new tensor of the caller's scope.</summary>
    Tensor Merge(TaskMatrices tasks, MatrixSettings settings);

    /// <summary>What the average of task vectors is multiplied by where a parameter is no matrix.</summary>
    double ElsewhereFactor(MatrixSettings settings) => 1;
}
