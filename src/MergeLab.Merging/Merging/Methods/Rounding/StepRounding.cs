using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Rounding;

/// <summary>Makes the same kernel for any rounding.</summary>
public interface IKernelMaker<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    ElementKernel<T> Make<TStep>() where TStep : struct, IRounding<T>;
}

/// <summary>Chooses how steps round: only published behaviour on 16-bit tensors rounds before the end.</summary>
public static class StepRounding
{
    /// <summary>The type whose precision each step has; null where steps are exact.</summary>
    public static DType? Of(TensorMerge tensor, MergeRun run) =>
        run.Compat is "mergekit" or "fusionbench" && tensor.Compute is DType.BF16 or DType.F16 && !tensor.InDouble ? tensor.Compute : null;

    /// <summary>The kernel with the rounding of this tensor.</summary>
    public static ElementKernel<T> Kernel<T>(TensorMerge tensor, MergeRun run, IKernelMaker<T> maker) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (Of(tensor, run), maker) switch
        {
            (DType.BF16, IKernelMaker<float> single) => (ElementKernel<T>)(object)single.Make<BFloat16Steps>(),
            (DType.F16, IKernelMaker<float> single) => (ElementKernel<T>)(object)single.Make<HalfSteps>(),
            _ => maker.Make<Unrounded<T>>(),
        };

    /// <summary>A scalar that the published code keeps in a tensor of the compute type before it is used.</summary>
    public static T Scalar<T>(double value, TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var exact = T.CreateChecked(value);
        return Of(tensor, run) switch
        {
            DType.BF16 => T.CreateChecked(BFloat16Steps.Round(float.CreateChecked(exact))),
            DType.F16 => T.CreateChecked(HalfSteps.Round(float.CreateChecked(exact))),
            _ => exact,
        };
    }

    /// <summary>Rounds a row in place as steps of this tensor round.</summary>
    public static void Round<T>(Span<T> row, DType? type) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (type is null) return;
        foreach (ref var value in MemoryMarshal.Cast<T, float>(row)) value = type == DType.BF16 ? BFloat16Steps.Round(value) : HalfSteps.Round(value);
    }
}
