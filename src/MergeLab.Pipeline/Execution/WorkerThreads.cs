using System.Collections.Concurrent;

namespace MergeLab.Execution;

/// <summary>Threads of the scheduler's own: stages compute for long and would starve the thread pool.</summary>
sealed class WorkerThreads : IDisposable
{
    /// <summary>Numeric code recurses deeper than the 1.5 MB of a secondary thread on some systems allow.</summary>
    const int StackBytes = 16 << 20;

    readonly BlockingCollection<Action> work = [];
    readonly Thread[] threads;

    public WorkerThreads(int count)
    {
        threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            threads[i] = new Thread(Loop, StackBytes) { IsBackground = true, Name = "stage worker" };
            threads[i].Start();
        }
    }

    /// <param name="action">Throws nothing.</param>
    public void Post(Action action) => work.Add(action);

    public void Dispose()
    {
        work.CompleteAdding();
        foreach (var thread in threads) thread.Join();
        work.Dispose();
    }

    void Loop()
    {
        foreach (var action in work.GetConsumingEnumerable()) action();
    }
}
