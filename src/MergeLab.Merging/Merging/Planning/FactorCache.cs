namespace MergeLab.Merging.Planning;

/// <summary>
/// Keeps the factors that computed tensors need for as long as they are in use: the last few loaded stay, so that planning reads no data
/// and a merge of many adapters holds a few matrices at a time, not all.
/// </summary>
sealed class FactorCache(int capacity)
{
    readonly Queue<DeferredReader> loaded = new();

    public void Loaded(DeferredReader reader)
    {
        lock (loaded)
        {
            loaded.Enqueue(reader);
            while (loaded.Count > capacity) loaded.Dequeue().Release();
        }
    }
}
