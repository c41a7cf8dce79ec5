using System.Diagnostics;
using System.Globalization;

namespace MergeLab.Checkpoints;

/// <summary>
/// Says of a temporary folder which process writes it, so that the next one can tell a folder left by a killed process from one still being
/// written. Both signs must agree before a folder counts as left: no such process on this machine, and nobody holds the file's lock.
/// </summary>
sealed class FolderOwner : IDisposable
{
    const string FileName = ".owner";

    readonly FileStream file;

    public FolderOwner(string folder)
    {
        file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        file.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Environment.MachineName, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Started(Environment.ProcessId))));
        file.Flush();
    }

    /// <summary>Removes the file.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>Deletes what killed processes left of earlier attempts at a folder.</summary>
    public static void RemoveAbandoned(string target)
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetDirectoryName(target)!, TemporaryName.Pattern(target)).ToList())
            if (IsAbandoned(Path.Combine(folder, FileName))) TryDelete(folder);
    }

    static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's folder, or somebody else was faster: what matters is the new one.
        }
    }

    static bool IsAbandoned(string file)
    {
        try
        {
            // Opening it for writing asks for the lock.
            using var open = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using var text = new StreamReader(open);
            if (open.Length > 1 << 10 || text.ReadToEnd().Split('\n') is not [var machine, var number, var started]) return false;
            return machine == Environment.MachineName && int.TryParse(number, CultureInfo.InvariantCulture, out var id) && Started(id) != started;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>When a process began, in units of the system; empty where there is none.</summary>
    static string Started(int process)
    {
        try
        {
            // The runtime's own start time wavers on Linux by how it is computed.
            if (OperatingSystem.IsLinux()) return File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat").Split(')')[^1].Split(' ')[20];
            return Process.GetProcessById(process).StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            return "";
        }
    }
}
