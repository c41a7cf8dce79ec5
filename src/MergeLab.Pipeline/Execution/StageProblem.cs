using MergeLab.Core.Errors;

namespace MergeLab.Execution;

/// <summary>What a user is told of a stage that threw.</summary>
static class StageProblem
{
    public static Problem Of(Exception error, string stage) => error switch
    {
        ProblemException known => known.Problem,
        IOException io when DiskFull.Is(io) => DiskFull.Problem(io.Message),
        OutOfMemoryException => new Problem($"out of memory in {stage}", Remedy: "use fewer --cores, or a machine with more memory", Exit: ExitCode.MachineLacks),
        _ => new Problem($"stage {stage} failed: {error.GetType().Name}", Why: OneLine(error)),
    };

    static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");
}
