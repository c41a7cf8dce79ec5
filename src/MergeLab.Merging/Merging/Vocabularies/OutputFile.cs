using System.Text;

namespace MergeLab.Merging.Vocabularies;

/// <summary>A small file of a merged model's folder.</summary>
/// <param name="Name">Without folder.</param>
/// <param name="CopyOf">The file it is a copy of; null for a new one.</param>
/// <param name="Content">Of a new one.</param>
public sealed record OutputFile(string Name, string? CopyOf, ReadOnlyMemory<byte> Content)
{
    public static OutputFile Copy(string path) => new(Path.GetFileName(path), path, default);

    public static OutputFile Text(string name, string text) => new(name, null, Encoding.UTF8.GetBytes(text));

    public long Bytes => CopyOf is null ? Content.Length : new FileInfo(CopyOf).Length;
}
