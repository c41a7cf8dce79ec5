using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>One row of the table of targets. Entry makes a Cake task of it; help and the check of arguments read the same row.</summary>
/// <param name="Name">What follows <c>--target=</c>.</param>
/// <param name="Description">One line for help.</param>
/// <param name="Run">The work. Returns how it ended; a <see cref="ProblemException"/> ends it too.</param>
public sealed record Target(string Name, string Description, Func<Invocation, ExitCode> Run)
{
    public IReadOnlyList<Flag> Flags { get; init; } = [];

    /// <summary>Targets done first.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    public string? Example { get; init; }

    /// <summary>The very last line of the output, after Cake's report and any error; null where the target has none.</summary>
    public Func<Invocation, ExitCode, string>? Closing { get; init; }
}
