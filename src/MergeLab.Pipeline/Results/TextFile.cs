using System.Text;

namespace MergeLab.Results;

/// <summary>Text files as UTF-8 with "\n", which appear whole or not at all.</summary>
public static class TextFile
{
    public static void Write(string path, string text)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.partial");
        try
        {
            File.WriteAllText(partial, text.ReplaceLineEndings("\n"), new UTF8Encoding(false));
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
