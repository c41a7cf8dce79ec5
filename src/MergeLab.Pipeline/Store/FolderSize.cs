namespace MergeLab.Store;

/// <summary>Bytes of the files below a folder; 0 for what vanishes meanwhile.</summary>
static class FolderSize
{
    public static long Of(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
