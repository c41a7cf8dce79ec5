namespace MergeLab.Execution;

/// <summary>
/// The largest resident memory of this process while something runs. Stages share the process: with several at once each is charged with all of it,
/// so the figure is an upper bound.
/// </summary>
sealed class MemorySampler : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    readonly Timer timer;
    long peak = Environment.WorkingSet;

    public MemorySampler() => timer = new Timer(_ => Sample(), null, Interval, Interval);

    public long Peak
    {
        get
        {
            Sample();
            return Interlocked.Read(ref peak);
        }
    }

    public void Dispose() => timer.Dispose();

    void Sample()
    {
        var now = Environment.WorkingSet;
        for (var seen = Interlocked.Read(ref peak); now > seen; seen = Interlocked.Read(ref peak)) Interlocked.CompareExchange(ref peak, now, seen);
    }
}
