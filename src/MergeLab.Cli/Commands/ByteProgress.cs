using System.Diagnostics;
using System.Globalization;

namespace MergeLab.Cli.Commands;

/// <summary>Progress of work measured in bytes: one line kept up to date on a terminal, nothing elsewhere, where start and end lines tell enough.</summary>
sealed class ByteProgress(Invocation invocation, string what, long total) : IProgress<long>, IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly bool live = !invocation.Quiet && !Console.IsErrorRedirected;
    readonly Stopwatch clock = Stopwatch.StartNew();
    TimeSpan shown = -Pause;
    long done;

    public void Report(long bytes)
    {
        done += bytes;
        if (!live || clock.Elapsed - shown < Pause) return;
        shown = clock.Elapsed;
        var rate = done / Math.Max(clock.Elapsed.TotalSeconds, 1e-3);
        var left = TimeSpan.FromSeconds((total - done) / rate);
        invocation.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r{what} {ByteSize.Format(done)} of {ByteSize.Format(total)}, {ByteSize.Format((long)rate)}/s, {left:m\\:ss} left   "));
    }

    public void Dispose()
    {
        if (live) invocation.Error.Write("\r" + new string(' ', 78) + "\r");
    }
}
