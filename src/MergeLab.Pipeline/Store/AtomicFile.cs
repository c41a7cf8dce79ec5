using System.Runtime.InteropServices;

namespace MergeLab.Store;

/// <summary>Files that are seen whole or not at all, and that survive a loss of power where asked.</summary>
static partial class AtomicFile
{
    public const string TemporaryEnding = ".tmp";

    const int ReadOnly = 0;

    /// <summary>Writes beside the target and renames over it: of two writers at once one wins, and readers see the one or the other.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporaryEnding}";
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write)) RandomAccess.Write(file, bytes, 0);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Waits until the file or folder is on the disk. A file system that cannot is left alone: what it loses is found damaged and made again.</summary>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0) return;
        _ = FSync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
