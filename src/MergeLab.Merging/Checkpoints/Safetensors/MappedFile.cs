using System.IO.MemoryMappedFiles;
using MergeLab.Core.Errors;
using Microsoft.Win32.SafeHandles;

namespace MergeLab.Checkpoints;

/// <summary>
/// A whole file mapped for reading. The mapping goes with <see cref="Dispose"/>; one that is dropped without it stays mapped, so that a
/// collected owner can never pull memory from under a span. Files must not be shortened while they are mapped.
/// </summary>
sealed unsafe class MappedFile : IDisposable
{
    readonly MemoryMappedFile? map;
    readonly MemoryMappedViewAccessor? view;
    byte* start;

    public MappedFile(string path)
    {
        Path = path;
        using var handle = Open(path);
        Length = RandomAccess.GetLength(handle);
        if (Length == 0) return;
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>First byte; null for an empty file.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(start is null && view is not null, this);
            return start;
        }
    }

    public void Dispose()
    {
        if (start is null) return;
        start = null;
        view!.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        map!.Dispose();
    }

    static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProblemException("no such file", new Place(path), remedy: "check the path", inner: e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ProblemException("the file cannot be read", new Place(path), e.Message, "check the permissions", inner: e);
        }
    }
}
