using MergeLab.Core.Errors;

namespace MergeLab.Cli.Commands;

/// <summary>Turns whatever ends a verb into an exit code and at most one message on standard error.</summary>
static class Guard
{
    public static ExitCode Run(Invocation invocation, Func<Invocation, ExitCode> run)
    {
        try
        {
            GlobalOptions.Check(invocation.Parse);
            return run(invocation);
        }
        catch (Exception e) when (Cause(e) is OperationCanceledException && invocation.Cancellation.IsCancellationRequested)
        {
            invocation.Error.WriteLine("interrupted: nothing half-written was left behind");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            var problem = Explain(Cause(e));
            invocation.Error.WriteLine($"error: {problem}");
            if (invocation.Verbose) invocation.Error.WriteLine(e);
            return problem.Exit;
        }
    }

    /// <summary>Parallel loops wrap what their bodies throw; the first cause is what the user did or met.</summary>
    static Exception Cause(Exception e) => e is AggregateException { InnerExceptions: [var first, ..] } ? Cause(first) : e;

    static Problem Explain(Exception e) => e switch
    {
        ProblemException known => known.Problem,
        FileNotFoundException or DirectoryNotFoundException => new Problem("no such file or folder", Why: e.Message, Remedy: "check the path"),
        UnauthorizedAccessException => new Problem("access denied", Why: e.Message, Remedy: "check the permissions"),
        IOException io when DiskFull.Is(io) => DiskFull.Problem(io.Message),
        IOException => new Problem("reading or writing failed", Why: e.Message),
        OutOfMemoryException => new Problem("out of memory", Remedy: "use fewer --threads, or a machine with more memory", Exit: ExitCode.MachineLacks),
        _ => new Problem("internal error", Why: $"{e.GetType().Name}: {e.Message}", Remedy: "run again with --verbose and report the stack trace", Exit: ExitCode.CheckFailed),
    };
}
