using System.Diagnostics;
using MergeLab.Core.Errors;
using MergeLab.Experiments;
using MergeLab.Stages;
using MergeLab.Store;

namespace MergeLab.Execution;

/// <summary>Does one stage: finds it in the cache, or runs it and publishes the result. Used from several threads.</summary>
sealed class StageRunner(StageCache cache, StageKindSet kinds, StageKeyBuilder keys, Action<RunEvent> tell, CancellationToken cancellation)
{
    /// <summary>Progress is told at most ten times a second.</summary>
    const long ProgressInterval = 100;

    /// <summary>The key of a stage, and its entry if there is one already.</summary>
    public (StageKey Key, CacheEntry? Entry) Resolve(StageNode node, IReadOnlyDictionary<StageNode, CacheEntry> needs)
    {
        var key = keys.Build(node, n => needs[n].Digest);
        var entry = cache.Find(key);
        if (entry is not null) cache.History.Note(node.Id, entry.Manifest);
        return (key, entry);
    }

    /// <returns>Null where another process works on the same key; else the entry, and whether this run made it.</returns>
    public (CacheEntry Entry, bool Ran)? Run(StageNode node, StageKey key, IReadOnlyDictionary<StageNode, CacheEntry> needs, int threads)
    {
        using var held = cache.TryLock(key);
        if (held is null) return null;
        if (cache.Find(key) is { } published)
        {
            cache.History.Note(node.Id, published.Manifest);
            return (published, false);
        }
        tell(new StageStarted(node.Id, node.Kind, key.Hash, threads));
        using var transaction = cache.Begin(key);
        var clock = Stopwatch.StartNew();
        long memory;
        using (var sampler = new MemorySampler())
        {
            var inputs = node.Needs.ToDictionary(n => n.Key, n => needs[n.Value].Output, StringComparer.Ordinal);
            kinds.Of(node).Run(new StageContext(node, transaction.Output, inputs, threads, Progress(node), key.Hash, cancellation));
            memory = sampler.Peak;
        }
        var seconds = clock.Elapsed.TotalSeconds;
        // A stage may notice the cancellation by returning early.
        cancellation.ThrowIfCancellationRequested();
        if (keys.Build(node, n => needs[n].Digest).Hash != key.Hash)
            throw new ProblemException($"an input of {node.Id} changed while the stage ran", why: "its result may be of the old or the new contents, and is thrown away",
                remedy: "run again when the input stays as it is", exit: ExitCode.CheckFailed);
        var (entry, _) = transaction.Publish(new StageMeasures(seconds, memory));
        cache.History.Note(node.Id, entry.Manifest);
        tell(new StageFinished(node.Id, node.Kind, key.Hash, entry.Digest, seconds, entry.Manifest.Bytes, memory));
        return (entry, true);
    }

    Action<double> Progress(StageNode node)
    {
        var last = long.MinValue;
        return share =>
        {
            var now = Environment.TickCount64;
            var before = Interlocked.Read(ref last);
            if (before != long.MinValue && now - before < ProgressInterval && share < 1) return;
            if (Interlocked.CompareExchange(ref last, now, before) == before) tell(new StageProgress(node.Id, Math.Clamp(share, 0, 1)));
        };
    }
}
