using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Draws;

/// <summary>
/// Masks of a safetensors file: key <c>TENSOR|MODEL</c>, type U8, one bit an element in row-major order, least significant first. A tensor
/// without a mask keeps everything (or, at density 0, nothing).
/// </summary>
public sealed class RecordedMasks : IKeepMasks, IDisposable
{
    readonly SafetensorsFile file;

    RecordedMasks(SafetensorsFile file) => this.file = file;

    /// <exception cref="ProblemException">The file is missing or damaged, or holds something else than masks.</exception>
    public static RecordedMasks Open(string path)
    {
        var file = SafetensorsFile.Open(path);
        foreach (var entry in file.Tensors)
        {
            var why = !entry.Name.Contains('|', StringComparison.Ordinal) ? "masks are named TENSOR|MODEL" : entry.DType != DType.U8 ? $"its type is {entry.DType.Name()}, masks are U8" : null;
            if (why is null) continue;
            file.Dispose();
            throw new ProblemException($"'{entry.Name}' is no mask", new Place(path), why, "give a file of masks, or none to draw them");
        }
        return new RecordedMasks(file);
    }

    /// <inheritdoc/>
    /// <exception cref="ProblemException">The mask is of a tensor of another size.</exception>
    public KeepMask? Find(string tensor, string model, long count)
    {
        if (file.Find($"{tensor}|{model}") is not { } entry) return null;
        if (entry.Bytes == (count + 7) / 8) return new KeepMask(file.Bytes(entry).ToArray());
        throw new ProblemException($"the mask '{entry.Name}' does not fit", new Place(file.Path), $"it has {entry.Bytes} bytes, {count} elements take {(count + 7) / 8}", "give the masks of this merge");
    }

    public void Dispose() => file.Dispose();
}
