namespace MergeLab.Core.Errors;

/// <summary>Tells a full disk from other failures of reading and writing.</summary>
public static class DiskFull
{
    const int NoSpaceLeftOnDevice = 28; // ENOSPC

    /// <summary>What the system says, where only its words reach us.</summary>
    const string SystemWords = "No space left on device";

    /// <summary>What the runtime says where it could not reserve a file's room beforehand; such an error bears no code.</summary>
    const string RuntimeWords = "because the disk was full";

    public static bool Is(IOException error) =>
        (error.HResult & 0xFFFF) == NoSpaceLeftOnDevice || error.Message.Contains(RuntimeWords, StringComparison.Ordinal);

    /// <summary>Whether a library's message tells of it.</summary>
    public static bool IsToldBy(string message) => message.Contains(SystemWords, StringComparison.Ordinal);

    public static Problem Problem(string why, Place? place = null) =>
        new("the disk is full", place, why.ReplaceLineEndings(" "), "free some space, or write elsewhere", ExitCode.MachineLacks);
}
