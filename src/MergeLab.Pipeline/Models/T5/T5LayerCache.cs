namespace MergeLab.Models.T5;

/// <summary>Keys and values of one decoder layer: of the encoder's positions, and of those decoded so far, with room for more.</summary>
sealed class T5LayerCache : IDisposable
{
    const int LeastRoom = 16;

    Tensor keys, values;
    int length;

    /// <param name="crossKeys">[rows, heads, n, d_kv]; the cache's from now on, as the values.</param>
    /// <param name="crossValues">[rows, heads, n, d_kv]</param>
    public T5LayerCache(Tensor crossKeys, Tensor crossValues)
    {
        CrossKeys = crossKeys.DetachFromDisposeScope();
        CrossValues = crossValues.DetachFromDisposeScope();
        keys = Room(crossKeys, LeastRoom);
        values = Room(crossKeys, LeastRoom);
    }

    public Tensor CrossKeys { get; private set; }

    public Tensor CrossValues { get; private set; }

    /// <summary>Adds one position; gives all so far, as views.</summary>
    public (Tensor Keys, Tensor Values) Append(Tensor key, Tensor value)
    {
        if (length == keys.size(2))
        {
            keys = Grown(keys);
            values = Grown(values);
        }
        keys.narrow(2, length, 1).copy_(key);
        values.narrow(2, length, 1).copy_(value);
        length++;
        return (keys.narrow(2, 0, length), values.narrow(2, 0, length));
    }

    /// <summary>Keeps the given rows, in that order.</summary>
    /// <param name="rows">Their numbers, int64.</param>
    /// <param name="encoder">Also of the encoder's keys; not needed where each row stays with its input.</param>
    public void Select(Tensor rows, bool encoder)
    {
        keys = Selected(keys, rows);
        values = Selected(values, rows);
        if (!encoder) return;
        CrossKeys = Selected(CrossKeys, rows);
        CrossValues = Selected(CrossValues, rows);
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[keys, values, CrossKeys, CrossValues]) tensor.Dispose();
    }

    static Tensor Room(Tensor like, long positions) => empty([like.size(0), like.size(1), positions, like.size(3)], like.dtype, like.device).DetachFromDisposeScope();

    static Tensor Selected(Tensor from, Tensor rows)
    {
        using (from) return from.index_select(0, rows).DetachFromDisposeScope();
    }

    Tensor Grown(Tensor from)
    {
        var result = Room(from, 2 * from.size(2));
        using (from)
        using (var part = result.narrow(2, 0, length)) part.copy_(from);
        return result;
    }
}
