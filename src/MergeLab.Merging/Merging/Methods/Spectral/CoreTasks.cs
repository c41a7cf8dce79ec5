using MergeLab.Merging.LowRank;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>Task vectors in the core of what their factors span.</summary>
/// <param name="space">The core.</param>
/// <param name="smallerSide">Of the weight, from which ranks are counted.</param>
sealed class CoreTasks(CoreSpace space, long smallerSide) : TaskMatrices
{
    public override int Count => space.Cores.Count;

    public override long Rows => space.Left.size(1);

    public override long Columns => space.Right.size(0);

    public override long SmallerSide => smallerSide;

    public override Tensor Load(int task) => space.Cores[task].clone();
}
