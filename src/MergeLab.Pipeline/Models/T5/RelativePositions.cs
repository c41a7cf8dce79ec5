namespace MergeLab.Models.T5;

/// <summary>
/// T5's buckets of relative positions (Raffel et al. 2020, section 2.1): half of them hold one distance each, the others share the
/// distances up to a largest one logarithmically.
/// </summary>
public static class RelativePositions
{
    /// <param name="relative">Position of the key minus position of the query.</param>
    /// <param name="bidirectional">Encoder: half of the buckets are for keys behind the query. Decoder: those share bucket 0.</param>
    /// <param name="buckets">Their number.</param>
    /// <param name="maxDistance">From here on all distances share the last bucket.</param>
    public static int Bucket(int relative, bool bidirectional, int buckets, int maxDistance)
    {
        var first = 0;
        if (bidirectional)
        {
            buckets /= 2;
            if (relative > 0) first = buckets;
        }
        var distance = bidirectional ? Math.Abs(relative) : Math.Max(-relative, 0);
        var exact = buckets / 2;
        if (distance < exact) return first + distance;
        // Float and truncation, as the models were trained.
        var share = MathF.Log((float)distance / exact) / (float)Math.Log((double)maxDistance / exact);
        return first + Math.Min(exact + (int)(share * (buckets - exact)), buckets - 1);
    }

    /// <summary>Bucket of each pair of query and key.</summary>
    /// <returns>[queries, keys] row-major</returns>
    public static long[] Table(int queries, int keys, bool bidirectional, int buckets, int maxDistance)
    {
        var byRelative = new long[queries + keys];
        for (var i = 1; i < byRelative.Length; i++) byRelative[i] = Bucket(i - queries, bidirectional, buckets, maxDistance);
        var table = new long[checked(queries * keys)];
        // Row q holds relative positions -q … keys - 1 - q.
        for (var q = 0; q < queries; q++) byRelative.AsSpan(queries - q, keys).CopyTo(table.AsSpan(q * keys));
        return table;
    }
}
