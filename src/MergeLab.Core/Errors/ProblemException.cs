namespace MergeLab.Core.Errors;

/// <summary>Carries a <see cref="Problem"/> up to the program, which prints it without a stack trace and exits with its code.</summary>
public sealed class ProblemException(Problem problem, Exception? inner = null) : Exception(problem.ToString(), inner)
{
    public ProblemException(string what, Place? where = null, string? why = null, string? remedy = null, ExitCode exit = ExitCode.BadInput, Exception? inner = null)
        : this(new Problem(what, where, why, remedy, exit), inner)
    {
    }

    public Problem Problem { get; } = problem;
}
