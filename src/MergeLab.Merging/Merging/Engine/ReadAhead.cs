using System.Runtime.InteropServices;

namespace MergeLab.Merging.Engine;

/// <summary>
/// Asks the system for the inputs in the order in which they will be merged, a little ahead of it, so that a disk is never waited for twice.
/// Linux only; elsewhere the system's own guesses must do. Pages that are in memory already cost nothing.
/// </summary>
sealed unsafe partial class ReadAhead : IDisposable
{
    const long AheadBytes = 256L << 20;
    const long PieceBytes = 4 << 20;
    const int WillNeed = 3;

    readonly List<(int Tensor, nint Start, nuint Length)> ranges;
    readonly Thread thread;
    readonly SemaphoreSlim moved = new(0);
    volatile int reached;
    volatile bool ended;

    ReadAhead(List<(int, nint, nuint)> ranges)
    {
        this.ranges = ranges;
        thread = new Thread(Work) { IsBackground = true, Name = "read-ahead" };
        thread.Start();
    }

    /// <summary>Null where there is nothing to do.</summary>
    public static ReadAhead? Start(MergeRun run)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var ranges = new List<(int, nint, nuint)>();
        for (var i = 0; i < run.Tensors.Count; i++)
        {
            var tensor = run.Tensors[i];
            var inputs = tensor.Base is { } basis ? tensor.Inputs.Prepend(basis) : tensor.Inputs;
            var stored = inputs.Where(t => t.Reader.Stored != null).DistinctBy(t => (nint)t.Reader.Stored).ToList();
            // Inputs are needed side by side.
            for (var offset = 0L; stored.Any(t => offset < t.Reader.Tensor.Bytes); offset += PieceBytes)
                foreach (var reader in stored.Select(t => t.Reader).Where(r => offset < r.Tensor.Bytes))
                    ranges.Add((i, (nint)reader.Stored + (nint)offset, (nuint)Math.Min(PieceBytes, reader.Tensor.Bytes - offset)));
        }
        return ranges.Count == 0 ? null : new ReadAhead(ranges);
    }

    /// <summary>The merge has come to this tensor.</summary>
    public void Reached(int tensor)
    {
        reached = tensor;
        moved.Release();
    }

    public void Dispose()
    {
        ended = true;
        moved.Release();
        thread.Join();
        moved.Dispose();
    }

    void Work()
    {
        var page = (nuint)Environment.SystemPageSize;
        var asked = new Queue<(int Tensor, long Bytes)>();
        var outstanding = 0L;
        foreach (var (tensor, start, length) in ranges)
        {
            while (!ended && outstanding > AheadBytes && tensor > reached)
            {
                moved.Wait();
                while (asked.TryPeek(out var oldest) && oldest.Tensor < reached) outstanding -= asked.Dequeue().Bytes;
            }
            if (ended) return;
            if (tensor < reached) continue;
            asked.Enqueue((tensor, (long)length));
            outstanding += (long)length;
            var from = (nuint)start / page * page;
            if (!Resident((void*)from, page)) _ = Advise((void*)from, (nuint)start + length - from, WillNeed);
        }
    }

    /// <summary>Whether the first page of a piece is in memory: asking for pages that are there would look up every one of them.</summary>
    static bool Resident(void* at, nuint page)
    {
        byte state = 0;
        return InCore(at, page, &state) != 0 || (state & 1) != 0;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int InCore(void* start, nuint length, byte* state);
}
