using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Models.Common;

/// <summary>Inputs of a model from a safetensors file, by transformers' names, checked before any arithmetic sees them.</summary>
public sealed class ModelInputs : IDisposable
{
    readonly SafetensorsFile file;

    ModelInputs(SafetensorsFile file) => this.file = file;

    /// <exception cref="ProblemException">The file is missing or damaged.</exception>
    public static ModelInputs Read(string path) => new(SafetensorsFile.Open(path));

    /// <exception cref="ProblemException">The file holds a tensor of another name: perhaps one misspelt.</exception>
    public void RefuseOthers(params string[] known)
    {
        if (file.Tensors.FirstOrDefault(t => !known.Contains(t.Name)) is not { } other) return;
        throw new ProblemException($"the model has no input '{other.Name}'", other.Place, $"it takes {string.Join(", ", known)}", Suggestion.For(other.Name, known));
    }

    /// <summary>A matrix of whole numbers; null where the file has none of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="least">Smallest value allowed.</param>
    /// <param name="most">Largest value allowed.</param>
    /// <param name="rows">Their number, where it is known.</param>
    /// <param name="columns">Their number, where it is known.</param>
    /// <param name="besides">One further value allowed.</param>
    /// <exception cref="ProblemException">It has another shape or type, or a value out of range.</exception>
    public long[,]? Integers(string name, long least, long most, int? rows = null, int? columns = null, long? besides = null)
    {
        if (file.Find(name) is not { } tensor) return null;
        if (tensor.Shape is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue])
            throw new ProblemException($"the tensor is {tensor.ShapeText}", tensor.Place, "it must have two axes, rows and positions, and elements");
        if ((rows is { } r && tensor.Shape[0] != r) || (columns is { } c && tensor.Shape[1] != c))
            throw new ProblemException($"the tensor is {tensor.ShapeText}", tensor.Place, $"beside the other inputs it must be [{rows}, {(columns is null ? "any" : columns)}]");
        var result = new long[tensor.Shape[0], tensor.Shape[1]];
        var values = Read(tensor);
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if ((value < least || value > most) && value != besides)
                throw new ProblemException(string.Create(CultureInfo.InvariantCulture, $"{value} in row {i / tensor.Shape[1]}, position {i % tensor.Shape[1]}"), tensor.Place,
                    string.Create(CultureInfo.InvariantCulture, $"values must be from {least} to {most}{(besides is null ? "" : $", or {besides}")}"));
            result[i / tensor.Shape[1], i % tensor.Shape[1]] = value;
        }
        return result;
    }

    /// <summary>As <see cref="Integers"/>, which must be there.</summary>
    public long[,] NeedIntegers(string name, long least, long most) =>
        Integers(name, least, most) ?? throw new ProblemException($"the input '{name}' is missing", new Place(file.Path, Tensor: name), $"the file holds {string.Join(", ", file.Tensors.Select(t => t.Name))}");

    /// <summary>The place to name in a problem with an input.</summary>
    public Place PlaceOf(string name) => new(file.Path, Tensor: name);

    public void Dispose() => file.Dispose();

    long[] Read(TensorInfo tensor)
    {
        if (tensor.DType is not (DType.I64 or DType.I32 or DType.I16 or DType.U8 or DType.Bool))
            throw new ProblemException($"the tensor is of type {tensor.DType.Name()}", tensor.Place, "token ids, masks and labels are whole numbers", "store it as int64 or int32");
        if (tensor.Count > int.MaxValue / sizeof(long)) throw new ProblemException($"the tensor is {tensor.ShapeText}", tensor.Place, "no batch is that large");
        var bytes = file.Bytes(tensor);
        if (tensor.DType == DType.I64) return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(bytes).ToArray();
        var values = new double[tensor.Count];
        Elements.ToDouble(tensor.DType, bytes, values);
        return Array.ConvertAll(values, v => (long)v);
    }
}
