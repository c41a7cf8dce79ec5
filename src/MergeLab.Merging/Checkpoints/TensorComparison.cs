using System.Runtime.InteropServices;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Checkpoints;

/// <summary>How far two tensors of one shape are apart. Compared in double, block by block in a fixed order.</summary>
/// <param name="Within">Every element: |a − b| ≤ atol + rtol·|b|, or both NaN, or the same infinity.</param>
/// <param name="MaxAbsolute">Largest |a − b|; NaN where one side alone is NaN.</param>
/// <param name="MaxRelative">Largest |a − b| / |b|; infinite where b alone is zero.</param>
/// <param name="Cosine">⟨a, b⟩ / (‖a‖‖b‖): 1 for two zero tensors, 0 where one of them is zero.</param>
/// <param name="Differing">Elements that are not equal.</param>
public sealed record TensorComparison(bool Within, double MaxAbsolute, double MaxRelative, double Cosine, long Differing)
{
    const int Block = 1 << 13;

    /// <summary>Types may differ; 8-bit floats are compared as bytes.</summary>
    public static TensorComparison Of(SafetensorsFile fileA, TensorInfo a, SafetensorsFile fileB, TensorInfo b, double atol, double rtol, CancellationToken cancellation = default)
    {
        var sums = new Sums();
        var length = (int)Math.Min(Block, a.Count);
        var (x, y) = (new double[length], new double[length]);
        for (var first = 0L; first < a.Count; first += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = (int)Math.Min(Block, a.Count - first);
            if (a.DType == b.DType && a.DType is DType.I64 or DType.U64)
            {
                // Beyond 2^53 a double cannot tell neighbouring integers apart.
                sums.Add(a.DType, fileA.Bytes(a, 8 * first, 8 * count), fileB.Bytes(b, 8 * first, 8 * count), atol, rtol);
                continue;
            }
            Read(fileA, a, first, x.AsSpan(0, count));
            Read(fileB, b, first, y.AsSpan(0, count));
            sums.Add(x.AsSpan(0, count), y.AsSpan(0, count), atol, rtol);
        }
        return sums.Result();
    }

    static void Read(SafetensorsFile file, TensorInfo tensor, long first, Span<double> to)
    {
        var type = tensor.DType is DType.F8E4M3 or DType.F8E5M2 ? DType.U8 : tensor.DType;
        Elements.ToDouble(type, file.Bytes(tensor, first * type.Size(), to.Length * type.Size()), to);
    }

    struct Sums()
    {
        bool within = true;
        bool undefined;
        double absolute;
        double relative;
        long differing;
        double xx;
        double yy;
        double xy;

        public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double atol, double rtol)
        {
            for (var i = 0; i < x.Length; i++)
                Add(x[i], y[i], x[i] == y[i] || (double.IsNaN(x[i]) && double.IsNaN(y[i])), Math.Abs(x[i] - y[i]), atol, rtol);
        }

        public void Add(DType type, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, double atol, double rtol)
        {
            var left = MemoryMarshal.Cast<byte, long>(x);
            var right = MemoryMarshal.Cast<byte, long>(y);
            for (var i = 0; i < left.Length; i++)
            {
                var (a, b) = type == DType.I64 ? ((Int128)left[i], (Int128)right[i]) : ((Int128)(ulong)left[i], (Int128)(ulong)right[i]);
                Add((double)a, (double)b, a == b, (double)Int128.Abs(a - b), atol, rtol);
            }
        }

        void Add(double a, double b, bool equal, double distance, double atol, double rtol)
        {
            xx += a * a;
            yy += b * b;
            xy += a * b;
            if (equal) return;
            differing++;
            // An infinite b would make any distance pass as a share of it.
            if (!(double.IsFinite(distance) && distance <= atol + rtol * Math.Abs(b))) within = false;
            if (double.IsNaN(distance)) undefined = true;
            absolute = Math.Max(absolute, distance);
            relative = Math.Max(relative, double.IsFinite(b) ? distance / Math.Abs(b) : double.PositiveInfinity);
        }

        public readonly TensorComparison Result()
        {
            var norms = Math.Sqrt(xx) * Math.Sqrt(yy);
            var cosine = xx == 0 && yy == 0 ? 1 : norms == 0 ? 0 : differing == 0 && double.IsFinite(norms) ? 1 : xy / norms;
            return new TensorComparison(within, undefined ? double.NaN : absolute, undefined ? double.NaN : relative, cosine, differing);
        }
    }
}
