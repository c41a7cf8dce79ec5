using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods;

/// <summary>The two inputs of a method that goes from the base to one other model, as places in <see cref="TensorMerge.Inputs"/>.</summary>
public readonly record struct BasePair(int Base, int Other)
{
    /// <summary>The base comes first; without one, the first input does.</summary>
    public static BasePair Of(TensorMerge tensor)
    {
        for (var i = 0; i < tensor.Inputs.Count; i++)
            if (tensor.Inputs[i].IsBase) return new BasePair(i, i == 0 ? 1 : 0);
        return new BasePair(0, 1);
    }
}
