using System.Numerics;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Kernels;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>Makes a loop for what is done to rows.</summary>
interface IFusedLoopMaker
{
    bool Run<TRows>(in StoredBlock block, TRows rows) where TRows : struct, IStoredRows;
}

/// <summary>How sparse task vectors are read straight from stored inputs.</summary>
abstract unsafe class FusedRows
{
    /// <summary>Null where they cannot be.</summary>
    public static FusedRows? Of<T>(SparseRow<T>[] rows) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        rows is not SparseRow<float>[] floats || Array.Exists(floats, r => r.Divisor != 1) ? null : Cut.Of(floats) ?? (FusedRows?)Drawn.Of(floats);

    /// <summary>Runs a loop over all of a block.</summary>
    /// <returns>Whether the inputs are finite.</returns>
    public abstract bool Run<TMaker>(in StoredBlock block, TMaker maker) where TMaker : struct, IFusedLoopMaker;

    /// <summary>Magnitudes alone decide, and nothing is rescaled.</summary>
    sealed class Cut(MagnitudeCut<float>[] cuts) : FusedRows
    {
        public static Cut? Of(SparseRow<float>[] rows)
        {
            var cuts = new MagnitudeCut<float>[rows.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i].Scale != 1) return null;
                switch (rows[i].Filter)
                {
                    case null: cuts[i] = new MagnitudeCut<float>(0, long.MaxValue); break;
                    case CutFilter<float> { Inverted: false } filter: cuts[i] = filter.Cut; break;
                    default: return null;
                }
            }
            return new Cut(cuts);
        }

        public override bool Run<TMaker>(in StoredBlock block, TMaker maker)
        {
            var pointers = stackalloc byte*[block.Count];
            var limits = stackalloc float[cuts.Length];
            var finite = true;
            for (var at = 0; at < block.Length;)
            {
                // Up to a row's last kept tie, elements equal to its threshold are kept; after it they are not. Stretches end where that changes.
                var end = block.Length;
                for (var i = 0; i < cuts.Length; i++)
                {
                    var keepsTies = cuts[i].LastTie >= block.First + at;
                    if (keepsTies && cuts[i].LastTie < block.First + end - 1) end = (int)(cuts[i].LastTie + 1 - block.First);
                    limits[i] = keepsTies ? MathF.BitDecrement(cuts[i].Threshold) : cuts[i].Threshold;
                }
                finite &= maker.Run(block.Part(at, end - at, pointers), new CutRows(limits));
                at = end;
            }
            return finite;
        }
    }

    /// <summary>Draws alone decide.</summary>
    sealed class Drawn(SparseRow<float>[] rows) : FusedRows
    {
        public static Drawn? Of(SparseRow<float>[] rows) => Array.TrueForAll(rows, r => r.Filter is null or DropAll<float> or DrawFilter<float>) ? new Drawn(rows) : null;

        public override bool Run<TMaker>(in StoredBlock block, TMaker maker)
        {
            var draws = stackalloc KeepDraws[rows.Length];
            var scales = stackalloc float[rows.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                draws[i] = rows[i].Filter switch { DrawFilter<float> filter => filter.At(block.First), null => KeepDraws.All, _ => KeepDraws.None };
                scales[i] = rows[i].Scale;
            }
            return maker.Run(block, new DrawnRows(draws, scales));
        }
    }
}
