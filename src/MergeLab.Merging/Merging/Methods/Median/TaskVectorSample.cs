using MergeLab.Merging.Engine;
using MergeLab.Merging.Median;

namespace MergeLab.Merging.Methods.Median;

/// <summary>A look at some stretches of task vectors, before they are read in full: which of them lies in their midst, and how long they are.</summary>
static class TaskVectorSample
{
    const int Stretch = 256;
    const int Stretches = 24;

    /// <summary>
    /// The vector to take differences to, so that one far outlier does not cost the digits of all others; and a power of two just above the
    /// largest difference seen (1 in float, whose squares always fit float64).
    /// </summary>
    public static (int Origin, double Unit) Look(IReadOnlyList<TensorMerge> tensors, double[] weights)
    {
        var n = weights.Length;
        var distances = new double[n, n];
        var largest = 0.0;
        if (tensors.Any(t => t.InDouble)) Visit(tensors, n, (rows, length) => largest = Math.Max(largest, Largest(rows, n, length)));
        var unit = Above(largest);
        var factor = 1 / unit;
        Visit(tensors, n, (rows, length) =>
        {
            foreach (ref var value in rows.AsSpan(0, n * length)) value *= factor;
            for (var i = 0; i < n; i++)
                for (var j = 0; j < i; j++)
                {
                    var sum = 0.0;
                    for (var e = 0; e < length; e++)
                    {
                        var difference = rows[i * length + e] - rows[j * length + e];
                        sum += difference * difference;
                    }
                    distances[i, j] = distances[j, i] += sum;
                }
        });
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) distances[i, j] = Math.Sqrt(distances[i, j]);
        return (MedianCoordinates.Medoid(distances, weights), unit);
    }

    /// <summary>The power of two just above the largest element of all task vectors; one pass over the data.</summary>
    public static double Unit(IReadOnlyList<TensorMerge> tensors, MergeRun run)
    {
        var largest = 0.0;
        foreach (var tensor in tensors)
        {
            var n = tensor.Models.Count;
            var rows = new double[n * Stretch];
            var basis = new double[Stretch];
            for (var at = 0L; at < tensor.Output.Count; at += Stretch)
            {
                run.Cancellation.ThrowIfCancellationRequested();
                var length = (int)Math.Min(Stretch, tensor.Output.Count - at);
                TensorBlocks.Read(tensor, InputSpace.TaskVectors, at, rows.AsSpan(0, n * length), basis.AsSpan(0, length));
                largest = Math.Max(largest, Largest(rows, n, length));
            }
        }
        return Above(largest);
    }

    static void Visit(IReadOnlyList<TensorMerge> tensors, int n, Action<double[], int> visit)
    {
        var rows = new double[n * Stretch];
        var basis = new double[Stretch];
        // Evenly over the tensors, and then over each of them.
        var each = Math.Max(1, Stretches / Math.Max(1, tensors.Count));
        for (var t = 0; t < tensors.Count; t += Math.Max(1, tensors.Count / Stretches))
        {
            var count = tensors[t].Output.Count;
            var step = Math.Max(Stretch, count / each);
            for (var at = 0L; at < count; at += step)
            {
                var length = (int)Math.Min(Stretch, count - at);
                TensorBlocks.Read(tensors[t], InputSpace.TaskVectors, at, rows.AsSpan(0, n * length), basis.AsSpan(0, length));
                visit(rows, length);
            }
        }
    }

    static double Largest(double[] rows, int n, int length)
    {
        var largest = 0.0;
        foreach (var value in rows.AsSpan(0, n * length)) largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }

    static double Above(double largest) => largest == 0 ? 1 : Math.ScaleB(1, Math.Min(Math.ILogB(largest) + 1, 1022));
}
