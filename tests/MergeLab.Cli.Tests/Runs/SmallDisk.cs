using System.Diagnostics;

namespace MergeLab.Cli.Tests.Runs;

/// <summary>A file system in memory with room for little, gone with the test.</summary>
sealed class SmallDisk : IDisposable
{
    readonly ScratchFolder scratch = new();

    public SmallDisk(int kilobytes)
    {
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", scratch.Path) is { } why) throw new InvalidOperationException(why);
    }

    /// <summary>Why this user cannot mount one; null where he can.</summary>
    public static string? Refusal { get; } = Try();

    public string Path => scratch.Path;

    public void Dispose()
    {
        if (Run("umount", "-l", scratch.Path) is { } why) throw new InvalidOperationException(why);
        scratch.Dispose();
    }

    static string? Try()
    {
        if (!OperatingSystem.IsLinux()) return "not on Linux";
        try
        {
            new SmallDisk(64).Dispose();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return e.Message.Trim();
        }
    }

    static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program}: {error}";
    }
}
