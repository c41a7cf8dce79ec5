using MergeLab.Checkpoints;

namespace MergeLab.Merging.Planning;

/// <summary>A tensor that loads what computing it takes when its first element is read.</summary>
sealed class DeferredReader(TensorSpec tensor, Func<TensorReader> open, FactorCache cache) : TensorReader
{
    readonly Lock gate = new();
    TensorReader? opened;

    public override TensorSpec Tensor => tensor;

    public override void Read(long first, Span<float> to) => Opened().Read(first, to);

    public override void Read(long first, Span<double> to) => Opened().Read(first, to);

    /// <summary>Readers under way keep what they hold; a later read loads it again.</summary>
    public void Release() => Volatile.Write(ref opened, null);

    TensorReader Opened()
    {
        if (Volatile.Read(ref opened) is { } ready) return ready;
        lock (gate)
        {
            if (opened is { } meanwhile) return meanwhile;
            var reader = open();
            Volatile.Write(ref opened, reader);
            cache.Loaded(this);
            return reader;
        }
    }
}
