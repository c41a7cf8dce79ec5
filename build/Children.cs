using System.Diagnostics;
using System.Runtime.InteropServices;
using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>The programs a run starts. Cake ends on a signal without a word to them, so they are ended here.</summary>
public sealed class Children : IDisposable
{
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    readonly string root;
    readonly List<Process> running = [];
    readonly List<PosixSignalRegistration> signals;
    bool stopping;

    public Children(string root)
    {
        this.root = root;
        signals = [.. new[] { (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1) }
            .Select(s => PosixSignalRegistration.Create(s.Item1, context => { context.Cancel = true; Stop(s.Item2); }))];
    }

    /// <summary>Runs a program in the repository to its end and returns its exit code.</summary>
    /// <param name="program">A path, or a name on the PATH.</param>
    /// <param name="arguments">Its arguments, not quoted.</param>
    /// <param name="line">Receives standard output line by line; without it the program writes to this one's, and knows its terminal.</param>
    public int Run(string program, IEnumerable<string> arguments, Action<string>? line = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = root, RedirectStandardOutput = line is not null };
        Process process;
        lock (running)
        {
            if (stopping) throw new ProblemException("interrupted", exit: ExitCode.Interrupted);
            try
            {
                process = Process.Start(start)!;
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                throw new ProblemException($"cannot start {program}", why: e.Message, remedy: "./build.sh --target=Build builds it; ./build.sh checks what the machine needs", exit: ExitCode.MachineLacks);
            }
            running.Add(process);
        }
        try
        {
            while (line is not null && process.StandardOutput.ReadLine() is { } text) line(text);
            process.WaitForExit();
            return process.ExitCode;
        }
        finally
        {
            Forget(process);
        }
    }

    /// <summary>Does not return once a signal has come: what the child left unsaid is no failure to report, and the signal's handler ends this process.</summary>
    void Forget(Process process)
    {
        bool last;
        lock (running)
        {
            last = stopping;
            running.Remove(process);
        }
        if (last) Thread.Sleep(Timeout.Infinite);
        process.Dispose();
    }

    void Stop(int signal)
    {
        ProcessTree[] trees;
        lock (running)
        {
            if (stopping) return;
            stopping = true;
            trees = [.. running.Where(p => !p.HasExited).Select(p => new ProcessTree(p))];
        }
        foreach (var tree in trees) tree.Stop(signal, Grace);
        Console.Error.WriteLine("interrupted");
        Environment.Exit(128 + signal);
    }

    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
    }
}
