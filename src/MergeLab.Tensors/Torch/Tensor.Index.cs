namespace MergeLab.Tensors;

public static partial class torch
{
    /// <summary>One part of an index: a position, a range, an index tensor or mask, a new axis, or the ellipsis.</summary>
    public readonly struct TensorIndex
    {
        enum Part
        {
            Slice,
            Single,
            Tensor,
            NewAxis,
            Ellipsis,
        }

        readonly Part part;
        readonly long? start, stop;
        readonly long step;
        readonly Tensor? tensor;

        TensorIndex(Part part, long? start = null, long? stop = null, long step = 1, Tensor? tensor = null)
        {
            this.part = part;
            this.start = start;
            this.stop = stop;
            this.step = step;
            this.tensor = tensor;
        }

        public static TensorIndex Ellipsis => new(Part.Ellipsis);
        public static TensorIndex None => new(Part.NewAxis);
        public static TensorIndex Colon => new(Part.Slice);

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(Part.Slice, start, stop, step ?? 1);
        public static TensorIndex Single(long index) => new(Part.Single, index);

        public static implicit operator TensorIndex(long index) => Single(index);
        public static implicit operator TensorIndex(int index) => Single(index);
        public static implicit operator TensorIndex(Tensor tensor) => new(Part.Tensor, tensor: tensor);

        /// <summary><c>1..^2</c> as in C#: a start and end from the end count backwards.</summary>
        public static implicit operator TensorIndex(Range range) =>
            new(Part.Slice, Position(range.Start), range.End is { IsFromEnd: true, Value: 0 } ? null : Position(range.End));

        /// <summary>Views for positions and ranges; index tensors gather in the end, as PyTorch's advanced indexing.</summary>
        internal static Tensor Apply(Tensor of, ReadOnlySpan<TensorIndex> indices)
        {
            var named = 0;
            foreach (var index in indices)
                if (index.part is not (Part.NewAxis or Part.Ellipsis)) named += index.part == Part.Tensor && index.tensor!.dtype == ScalarType.Bool ? (int)index.tensor.dim() : 1;
            var result = of;
            long axis = 0;
            List<Tensor?>? gathered = null;
            foreach (var index in indices)
            {
                switch (index.part)
                {
                    case Part.Slice:
                        if (index.start is not null || index.stop is not null || index.step != 1) result = result.slice(axis, index.start, index.stop, index.step);
                        axis++;
                        break;
                    case Part.Single:
                        result = result.select(axis, index.start!.Value);
                        break;
                    case Part.NewAxis:
                        result = result.unsqueeze(axis++);
                        break;
                    case Part.Ellipsis:
                        axis += of.dim() - named;
                        break;
                    case Part.Tensor:
                        gathered ??= [];
                        while (gathered.Count < axis) gathered.Add(null);
                        gathered.Add(index.tensor);
                        axis += index.tensor!.dtype == ScalarType.Bool ? index.tensor.dim() : 1;
                        break;
                }
            }
            return gathered is null ? result : Aten.index_Tensor.Call(result, gathered.ToArray());
        }

        internal static bool Gathers(ReadOnlySpan<TensorIndex> indices)
        {
            foreach (var index in indices)
                if (index.part == Part.Tensor) return true;
            return false;
        }

        static long Position(Index index) => index.IsFromEnd ? -(long)index.Value : index.Value;
    }

    public sealed partial class Tensor
    {
        /// <summary>Reading gives a view (a copy where an index tensor takes part); assigning copies into the view.</summary>
        public Tensor this[params ReadOnlySpan<TensorIndex> indices]
        {
            get => TensorIndex.Apply(this, indices);
            set
            {
                if (TensorIndex.Gathers(indices)) throw new NotSupportedException("assigning through an index tensor: use index_copy_, scatter_ or masked_fill_");
                TensorIndex.Apply(this, indices).copy_(value);
            }
        }
    }
}
