using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Experts;

/// <summary>A tensor of another model in a type of its own, scaled and with noise where asked; each step rounded to that type.</summary>
sealed class ExpertMatrix(TensorReader source, DType type, double scale, double noise, NormalDraws draws) : TensorReader
{
    public override TensorSpec Tensor { get; } = new(source.Tensor.Name, type, source.Tensor.Shape);

    public override void Read(long first, Span<float> to)
    {
        source.Read(first, to);
        Elements.Round(type, to);
        if (noise != 0)
        {
            for (var i = 0; i < to.Length; i++) to[i] += (float)(noise * draws.At(first + i));
            Elements.Round(type, to);
        }
        if (scale == 1) return;
        for (var i = 0; i < to.Length; i++) to[i] *= (float)scale;
        Elements.Round(type, to);
    }
}

/// <summary>Tensors one behind the other: the experts' matrices stacked along a new first dimension.</summary>
sealed class StackedTensors(TensorSpec tensor, IReadOnlyList<TensorReader> parts) : TensorReader
{
    public override TensorSpec Tensor => tensor;

    public override void Read(long first, Span<float> to)
    {
        var skipped = 0L;
        foreach (var part in parts)
        {
            var count = part.Tensor.Count;
            var begin = first - skipped;
            if (begin < count && to.Length > 0)
            {
                var taken = (int)Math.Min(count - begin, to.Length);
                part.Read(begin, to[..taken]);
                to = to[taken..];
                first += taken;
            }
            skipped += count;
        }
    }
}

/// <summary>The router's rows, one an expert.</summary>
sealed class RandomRouter(TensorSpec tensor, RouterRows rows, NormalDraws normal, CounterRandom uniform) : TensorReader
{
    public override TensorSpec Tensor => tensor;

    public override void Read(long first, Span<float> to)
    {
        var bound = 1 / Math.Sqrt(tensor.Shape[^1]);
        for (var i = 0; i < to.Length; i++)
            to[i] = rows == RouterRows.Normal ? (float)normal.At(first + i) : (float)((2.0 * uniform.Uniform(first + i) - 1) * bound);
        Elements.Round(tensor.DType, to);
    }
}
