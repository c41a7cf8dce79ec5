namespace MergeLab.Checkpoints.Adapters;

/// <summary>Multiplies by a vector along one axis: element e by scales[(e / inner) % scales.Length].</summary>
sealed class AxisScale(float[] scales, long inner) : TensorUpdate
{
    public override void Apply(long first, Span<float> values)
    {
        for (var done = 0; done < values.Length;)
        {
            var at = first + done;
            var index = (int)(at / inner % scales.Length);
            if (inner == 1)
            {
                var count = Math.Min(scales.Length - index, values.Length - done);
                for (var i = 0; i < count; i++) values[done + i] *= scales[index + i];
                done += count;
            }
            else
            {
                var count = (int)Math.Min(inner - at % inner, values.Length - done);
                var scale = scales[index];
                foreach (ref var value in values.Slice(done, count)) value *= scale;
                done += count;
            }
        }
    }
}

/// <summary>Adds scale·vector to a tensor of the vector's size.</summary>
sealed class VectorSum(float[] vector, float scale) : TensorUpdate
{
    public override void Apply(long first, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++) values[i] += vector[first + i] * scale;
    }
}

/// <summary>Puts a stored tensor of the same shape in place.</summary>
sealed class Replacement(SafetensorsFile file, TensorInfo tensor) : TensorUpdate
{
    public override void Apply(long first, Span<float> values) => new StoredTensor(file, tensor).Read(first, values);
}

/// <summary>Puts stored rows in place.</summary>
sealed class RowReplacement(IReadOnlyList<int> rows, float[] replacements, int columns) : TensorUpdate
{
    public override void Apply(long first, Span<float> values)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var start = (long)rows[i] * columns;
            var from = Math.Max(start, first);
            var to = Math.Min(start + columns, first + values.Length);
            if (from < to) replacements.AsSpan((int)(i * (long)columns + from - start), (int)(to - from)).CopyTo(values[(int)(from - first)..]);
        }
    }
}
