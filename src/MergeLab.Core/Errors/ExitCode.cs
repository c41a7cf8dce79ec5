namespace MergeLab.Core.Errors;

/// <summary>How <c>mergelab</c> and <c>build.sh</c> end. The numbers are part of the command-line contract.</summary>
public enum ExitCode
{
    Done = 0,

    /// <summary>A check failed: results differ, a stage or a test failed.</summary>
    CheckFailed = 1,

    /// <summary>The input or the command line is wrong.</summary>
    BadInput = 2,

    /// <summary>The machine lacks something: a library, memory, a device.</summary>
    MachineLacks = 3,

    /// <summary><c>plan --check</c>: something would run.</summary>
    WouldRun = 10,

    /// <summary>Interrupted by Ctrl-C or a termination signal.</summary>
    Interrupted = 130,
}
