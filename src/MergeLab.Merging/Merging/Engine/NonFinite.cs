using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Engine;

/// <summary>Refuses weights that are no numbers: they would spread through every sum they enter, and no loss would tell where they came from.</summary>
static class NonFinite
{
    const int Block = 4096;

    /// <summary>
    /// Called when a block looks odd. A difference of finite weights may overflow, which is no fault of the input; if an input does hold NaN or
    /// infinity here, the first of the whole tensor is named, so that the message is the same on every run.
    /// </summary>
    /// <exception cref="ProblemException">An input holds NaN or infinity.</exception>
    public static void Refuse(TensorMerge tensor, long first, int length)
    {
        var readers = Readers(tensor).ToList();
        if (readers.Any(r => Find(r, first, first + length) is not null))
            foreach (var reader in readers) Refuse(reader);
    }

    /// <exception cref="ProblemException">The tensor holds NaN or infinity.</exception>
    public static void Refuse(TensorReader reader)
    {
        if (Find(reader, 0, reader.Tensor.Count) is not { } found) return;
        var place = reader.Tensor is TensorInfo stored ? stored.Place : new Place(reader.Tensor.Name, Tensor: reader.Tensor.Name);
        var columns = reader.Tensor.Shape.Count > 1 ? reader.Tensor.Shape[^1] : 0;
        var where = columns > 0 ? string.Create(CultureInfo.InvariantCulture, $" (row {found.Index / columns}, column {found.Index % columns})") : "";
        throw new ProblemException(string.Create(CultureInfo.InvariantCulture, $"element {found.Index}{where} is {found.Value}"), place,
            "weights that are no finite numbers cannot be merged", "repair or leave out this model");
    }

    static IEnumerable<TensorReader> Readers(TensorMerge tensor)
    {
        if (tensor.Base is { } basis && !tensor.Inputs.Contains(basis)) yield return basis.Reader;
        foreach (var input in tensor.Inputs)
        {
            yield return input.Reader;
            if (input.Delta is { } delta) yield return delta;
        }
    }

    static (long Index, double Value)? Find(TensorReader reader, long from, long end)
    {
        if (!reader.Tensor.DType.IsFloat()) return null;
        Span<double> values = new double[Block];
        for (var at = from; at < end; at += Block)
        {
            var part = values[..(int)Math.Min(Block, end - at)];
            reader.Read(at, part);
            for (var i = 0; i < part.Length; i++)
                if (!double.IsFinite(part[i])) return (at + i, part[i]);
        }
        return null;
    }
}
