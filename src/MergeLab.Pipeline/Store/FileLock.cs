namespace MergeLab.Store;

/// <summary>
/// An advisory lock on a file, freed by the system when its owner dies. Some network file systems grant it to everybody: nothing may depend on it
/// for correctness.
/// </summary>
sealed class FileLock : IDisposable
{
    readonly FileStream stream;

    FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Null where somebody else holds it, or the file (with <see cref="FileMode.Open"/>) is gone.</summary>
    public static FileLock? TryTake(string path, FileMode mode, bool deleteAfter)
    {
        try
        {
            return new FileLock(new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, deleteAfter ? FileOptions.DeleteOnClose : FileOptions.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => stream.Dispose();
}
