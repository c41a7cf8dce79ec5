using System.Numerics;
using System.Runtime.InteropServices;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>Σ w_i·x_i, over Σ w_i where asked (Wortsman et al., Model Soups, section 2).</summary>
public sealed class Linear : IMergeMethod, ITensorRule
{
    public ITensorRule Begin(MergeRun run) => this;

    public InputSpace Space => InputSpace.Weights;

    public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weights = tensor.Inputs.Select(i => T.CreateChecked(i.Settings.Number("weight"))).ToArray();
        var sum = weights.Aggregate((a, b) => a + b);
        return new Kernel<T>(weights, tensor.Settings.Flag("normalize") ? sum : T.One);
    }

    sealed class Kernel<T>(T[] weights, T divisor) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override void Run(in Block<T> block)
        {
            var output = MemoryMarshal.Cast<T, Vector<T>>(block.Output);
            block.Output.Clear();
            for (var i = 0; i < weights.Length; i++)
            {
                var row = block.Row(i);
                var vectors = MemoryMarshal.Cast<T, Vector<T>>(row);
                for (var v = 0; v < vectors.Length; v++) output[v] += vectors[v] * weights[i];
                for (var e = vectors.Length * Vector<T>.Count; e < row.Length; e++) block.Output[e] += row[e] * weights[i];
            }
            if (divisor == T.One) return;
            foreach (ref var value in block.Output) value /= divisor;
        }
    }
}
