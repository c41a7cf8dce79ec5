using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Core.Json;

namespace MergeLab.Checkpoints;

/// <summary>Reads untrusted JSON files of bounded length.</summary>
public static class JsonFile
{
    /// <summary>More than any configuration or index has.</summary>
    public const int LongestFile = 64 << 20;

    /// <exception cref="ProblemException">The file is missing, longer than <paramref name="maximumBytes"/>, or not JSON; with line and column.</exception>
    public static LocatedJson Read(string path, int maximumBytes = LongestFile)
    {
        try
        {
            return LocatedJson.Parse(ReadBytes(path, maximumBytes), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProblemException("no such file", new Place(path), remedy: "check the path", inner: e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ProblemException("the file cannot be read", new Place(path), e.Message, "check the path and its permissions", inner: e);
        }
    }

    static byte[] ReadBytes(string path, int maximumBytes)
    {
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (length > maximumBytes)
        {
            throw new ProblemException("the JSON file is too long", new Place(path),
                string.Create(CultureInfo.InvariantCulture, $"it has {length:N0} bytes; at most {maximumBytes:N0} are read"));
        }
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        var got = 0;
        while (got < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(got), got) is var n and > 0) got += n;
        return got == bytes.Length ? bytes : throw new ProblemException("the file became shorter while it was read", new Place(path));
    }
}
