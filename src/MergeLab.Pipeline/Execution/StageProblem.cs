using MergeLab.Core.Errors;

namespace MergeLab.Execution;

/// <summary>What a user is told of a stage that threw.</summary>
static class StageProblem
{
    const int NoSpaceLeftOnDevice = 28; // ENOSPC

    public static Problem Of(Exception error, string stage) => error switch
    {
        ProblemException known => known.Problem,
        IOException io when (io.HResult & 0xFFFF) == NoSpaceLeftOnDevice =>
            new Problem($"the disk is full: {stage} could not be written", Why: OneLine(error), Remedy: "free some space, or write elsewhere", Exit: ExitCode.MachineLacks),
        OutOfMemoryException => new Problem($"out of memory in {stage}", Remedy: "use fewer --cores, or a machine with more memory", Exit: ExitCode.MachineLacks),
        _ => new Problem($"stage {stage} failed: {error.GetType().Name}", Why: OneLine(error)),
    };

    static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");
}
