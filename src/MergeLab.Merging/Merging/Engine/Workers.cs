using System.Runtime.ExceptionServices;

namespace MergeLab.Merging.Engine;

/// <summary>
/// Runs numbered pieces of work on the threads of a merge, in ascending order as threads become free. The failure reported is that of the
/// first piece that fails, whatever the number of threads. Inside of a piece, further work runs on its own thread.
/// </summary>
static class Workers
{
    [ThreadStatic]
    static bool inside;

    public static void For(MergeRun run, long pieces, Action<long> work)
    {
        if (inside || run.Threads == 1 || pieces <= 1)
        {
            for (var i = 0L; i < pieces; i++)
            {
                run.Cancellation.ThrowIfCancellationRequested();
                work(i);
            }
            return;
        }
        new Shared(run, pieces, work).Run();
    }

    sealed class Shared(MergeRun run, long pieces, Action<long> work)
    {
        readonly Lock gate = new();
        long next = -1;
        (long Piece, Exception Why)? failure;

        public void Run()
        {
            var helpers = new Task[Math.Min(run.Threads, pieces) - 1];
            for (var i = 0; i < helpers.Length; i++) helpers[i] = Task.Run(Work);
            Work();
            Task.WaitAll(helpers);
            if (failure is { } found) ExceptionDispatchInfo.Throw(found.Why);
            run.Cancellation.ThrowIfCancellationRequested();
        }

        void Work()
        {
            inside = true;
            try
            {
                while (failure is null && !run.Cancellation.IsCancellationRequested && Interlocked.Increment(ref next) is var piece && piece < pieces) Do(piece);
            }
            finally
            {
                inside = false;
            }
        }

        void Do(long piece)
        {
            try
            {
                work(piece);
            }
            catch (Exception e) when (Keep(piece, e))
            {
            }
        }

        bool Keep(long piece, Exception why)
        {
            lock (gate)
            {
                if (failure is null || piece < failure.Value.Piece) failure = (piece, why);
                return true;
            }
        }
    }
}
