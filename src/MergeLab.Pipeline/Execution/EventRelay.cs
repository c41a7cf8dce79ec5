namespace MergeLab.Execution;

/// <summary>Hands events on one at a time. An observer that cannot write any more (a closed pipe) is left alone: the work goes on.</summary>
sealed class EventRelay(IRunObserver? observer) : IDisposable
{
    readonly Lock gate = new();
    IRunObserver? observer = observer;

    public void Tell(RunEvent happened)
    {
        lock (gate)
        {
            try
            {
                observer?.On(happened);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                observer = null;
            }
        }
    }

    public void Dispose()
    {
        lock (gate) observer = null;
    }
}
