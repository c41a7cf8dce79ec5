using System.Diagnostics;
using System.Globalization;

namespace MergeLab.Benchmarks.Merging;

/// <summary>What a piece of work cost.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="CpuSeconds">Of all threads of this process, in user and kernel.</param>
readonly record struct Usage(double Seconds, double CpuSeconds)
{
    public static Usage Of(Action work)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        work();
        return new Usage(clock.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
    }

    /// <summary>Medians over rounds in which each piece of work is done once, so that all see the same load of a shared machine.</summary>
    public static Usage[] Interleaved(int rounds, params IReadOnlyList<Action> works)
    {
        var samples = works.Select(_ => new Usage[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
            for (var w = 0; w < works.Count; w++) samples[w][round] = Of(works[w]);
        return [.. samples.Select(s => new Usage(Median(s.Select(u => u.Seconds)), Median(s.Select(u => u.CpuSeconds))))];
    }

    /// <summary>Most memory beyond mapped files that the process held while it worked, the runtime and its heap included, in MB (Linux).</summary>
    public static double PeakAnonymous(Action work)
    {
        var peak = 0.0;
        using var ended = new ManualResetEventSlim();
        var watch = new Thread(() =>
        {
            do peak = Math.Max(peak, Anonymous());
            while (!ended.Wait(2));
        });
        watch.Start();
        work();
        ended.Set();
        watch.Join();
        return peak / 1e6;
    }

    static double Anonymous()
    {
        const string Field = "RssAnon:";
        if (!OperatingSystem.IsLinux()) return double.NaN;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Field, StringComparison.Ordinal));
        return double.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
