using System.Globalization;
using System.Runtime.InteropServices;

namespace MergeLab.Store;

/// <summary>
/// What changes when a file's contents do, read without opening it. The times are in units of 100 ns (write) and in nanoseconds (change);
/// device, inode and change time are 0 where the system does not tell them.
/// </summary>
readonly partial record struct FileIdentity(long Size, long Written, long Changed, long Device, long Inode)
{
    const int AtCurrentFolder = -100;
    const uint BasicFields = 0x7ff;

    /// <summary>Null where there is no such file.</summary>
    public static FileIdentity? Of(string path)
    {
        // Links are followed: hub caches link from names to blobs.
        if (OperatingSystem.IsLinux() && SystemCallWorks)
        {
            try
            {
                return Statx(AtCurrentFolder, path, 0, BasicFields, out var s) == 0
                    ? (s.Mode & 0xf000) == 0x4000 ? null : new FileIdentity(s.Size, s.Modified.Nanoseconds, s.Changed.Nanoseconds, ((long)s.DeviceMajor << 32) | s.DeviceMinor, s.Inode)
                    : null;
            }
            catch (EntryPointNotFoundException)
            {
                SystemCallWorks = false;
            }
        }
        var info = new FileInfo(path);
        return info.Exists ? new FileIdentity(info.Length, info.LastWriteTimeUtc.Ticks, 0, 0, 0) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Size}:{Written}:{Changed}:{Device}:{Inode}");

    /// <summary>False with a C library before 2018.</summary>
    static bool SystemCallWorks { get; set; } = true;

    /// <summary>The kernel's layout, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Status
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public long Inode;
        [FieldOffset(40)] public long Size;
        [FieldOffset(96)] public Timestamp Changed;
        [FieldOffset(112)] public Timestamp Modified;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Timestamp
    {
        public long Seconds;
        public uint Fraction;
        public int Reserved;

        public readonly long Nanoseconds => Seconds * 1_000_000_000 + Fraction;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Status status);
}
