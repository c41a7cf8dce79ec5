namespace MergeLab.Store;

/// <summary>
/// An advisory lock on a file, freed by the system when its owner dies. Some network file systems grant it to everybody: nothing may depend on it
/// for correctness.
/// </summary>
sealed class FileLock : IDisposable
{
    readonly FileStream stream;

    FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Null where somebody else holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened for another reason; likewise <see cref="UnauthorizedAccessException"/>.</exception>
    public static FileLock? TryTake(string path, FileMode mode, bool deleteAfter)
    {
        try
        {
            return new FileLock(new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, deleteAfter ? FileOptions.DeleteOnClose : FileOptions.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>EWOULDBLOCK of Linux and macOS; sharing and lock violations of Windows.</summary>
    static bool IsHeld(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xffff) is 32 or 33 : e.HResult is 11 or 35;
}
