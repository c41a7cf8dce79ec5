namespace MergeLab.Build;

/// <summary>Two builds in one clone would overwrite each other's outputs: they take turns on a lock file.</summary>
public sealed class Turn : IDisposable
{
    readonly FileStream held;

    Turn(FileStream held) => this.held = held;

    /// <summary>Waits without limit: the holder's process holds the lock, and loses it when it ends in any way.</summary>
    public static Turn Wait(string path, Action<string> say)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var told = false; ; told = true)
        {
            try
            {
                return new Turn(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!told) say("another build is running in this clone: waiting for it");
                Thread.Sleep(100);
            }
        }
    }

    public void Dispose() => held.Dispose();
}
