namespace MergeLab.Evaluation;

/// <summary>Runs independent segments (sentence pairs, examples) on several threads, each with a worker of its own.</summary>
static class Segments
{
    /// <summary>Segments a thread takes at a time: long enough to hide the taking, short enough to share out evenly.</summary>
    const int Block = 64;

    /// <summary>
    /// Calls <paramref name="run"/> once for each index below <paramref name="count"/>. What it writes must depend on its index only, never
    /// on the worker's past, so that the thread count changes no result.
    /// </summary>
    public static void Run<TWorker>(int count, int threads, Func<TWorker> create, Action<TWorker, int> run)
    {
        var blocks = (count + Block - 1) / Block;
        if (Math.Min(threads, blocks) <= 1)
        {
            if (count == 0) return;
            var worker = create();
            for (var i = 0; i < count; i++) run(worker, i);
            return;
        }
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, create, (block, _, worker) =>
        {
            var end = Math.Min(count, (block + 1) * Block);
            for (var i = block * Block; i < end; i++) run(worker, i);
            return worker;
        }, _ => { });
    }
}
