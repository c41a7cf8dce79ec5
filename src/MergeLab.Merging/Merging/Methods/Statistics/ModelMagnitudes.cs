using System.Buffers;
using System.Numerics;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Sparse;

namespace MergeLab.Merging.Methods.Statistics;

/// <summary>What is dropped from task vectors before their magnitudes are taken.</summary>
public interface IRowFilters
{
    /// <summary>Null for nothing.</summary>
    RowFilter<T>? Of<T>(TensorMerge tensor, TensorInput model) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Magnitudes of whole task vectors, one row for each model: all tensors one after the other, by name in ordinal order.</summary>
public sealed class ModelMagnitudes : ScoreSequences
{
    readonly List<(TensorMerge Tensor, long First, int Count, long Index)> stretches = [];
    readonly Dictionary<string, long> starts = new(StringComparer.Ordinal);
    readonly Dictionary<int, int> rows;
    readonly IRowFilters? drops;

    /// <param name="tensors">What the task vectors are made of.</param>
    /// <param name="drops">What is dropped before; null for nothing.</param>
    public ModelMagnitudes(IEnumerable<TensorMerge> tensors, IRowFilters? drops)
    {
        this.drops = drops;
        Tensors = [.. tensors.OrderBy(t => t.Output.Name, StringComparer.Ordinal)];
        Models = [.. Tensors.SelectMany(t => t.Models).Select(m => m.Model).Distinct().Order()];
        rows = Models.Select((model, row) => (model, row)).ToDictionary(p => p.model, p => p.row);
        foreach (var tensor in Tensors)
        {
            starts[tensor.Output.Name] = Elements;
            for (var first = 0L; first < tensor.Output.Count; first += StretchElements)
                stretches.Add((tensor, first, (int)Math.Min(StretchElements, tensor.Output.Count - first), Elements + first));
            Elements += tensor.Output.Count;
        }
        OfFloats = !Tensors.Any(t => t.InDouble);
    }

    public IReadOnlyList<TensorMerge> Tensors { get; }

    /// <summary>The models, by their place in the run, in the order of rows.</summary>
    public IReadOnlyList<int> Models { get; }

    /// <summary>Elements of a task vector.</summary>
    public long Elements { get; }

    public override int Rows => Models.Count;

    public override int Stretches => stretches.Count;

    public override bool OfFloats { get; }

    /// <summary>Place of a tensor's first element in the sequence.</summary>
    public long Start(TensorMerge tensor) => starts[tensor.Output.Name];

    /// <summary>The row of a model.</summary>
    public int Row(TensorInput model) => rows[model.Model];

    public override void Visit(int stretch, IScoreVisitor visitor)
    {
        var (tensor, first, count, index) = stretches[stretch];
        if (tensor.InDouble) Visit<double>(tensor, first, count, index, visitor);
        else Visit<float>(tensor, first, count, index, visitor);
    }

    void Visit<T>(TensorMerge tensor, long first, int count, long index, IScoreVisitor visitor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var models = tensor.Models;
        var filters = models.Select(m => drops?.Of<T>(tensor, m)).ToArray();
        var buffer = ArrayPool<T>.Shared.Rent((models.Count + 1) * TensorBlocks.BlockElements);
        var scores = ArrayPool<double>.Shared.Rent(TensorBlocks.BlockElements);
        for (var done = 0; done < count; done += TensorBlocks.BlockElements)
        {
            var length = Math.Min(TensorBlocks.BlockElements, count - done);
            var read = buffer.AsSpan(length, models.Count * length);
            TensorBlocks.Read(tensor, InputSpace.TaskVectors, first + done, read, buffer.AsSpan(0, length));
            for (var i = 0; i < models.Count; i++)
            {
                var row = read.Slice(i * length, length);
                filters[i]?.Apply(first + done, row);
                for (var e = 0; e < length; e++) scores[e] = double.CreateTruncating(T.Abs(row[e]));
                visitor.See(rows[models[i].Model], index + done, scores.AsSpan(0, length));
            }
        }
        ArrayPool<double>.Shared.Return(scores);
        ArrayPool<T>.Shared.Return(buffer);
    }
}
