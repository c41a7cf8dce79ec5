using System.Text;
using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

/// <summary>
/// One argument of an operator. It keeps the managed object, so a tensor cannot be finalized while a native call uses it.
/// A null reference means None.
/// </summary>
public readonly struct Arg
{
    readonly object? reference;
    readonly long bits;
    readonly Tag tag;

    Arg(Tag tag, long bits = 0, object? reference = null)
    {
        this.tag = tag;
        this.bits = bits;
        this.reference = reference;
    }

    /// <summary>Whatever the schema has as the argument's default.</summary>
    public static Arg Default => new(Tag.Default);

    public static Arg None => default;

    public static implicit operator Arg(torch.Tensor? value) => value is null ? default : new(Tag.Tensor, 0, value);
    public static implicit operator Arg(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Arg(int value) => new(Tag.Int, value);
    public static implicit operator Arg(long value) => new(Tag.Int, value);
    public static implicit operator Arg(long? value) => value is { } v ? new(Tag.Int, v) : default;
    public static implicit operator Arg(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(double? value) => value is { } v ? v : default(Arg);
    public static implicit operator Arg(Scalar value) => value.Kind switch
    {
        ScalarKind.Float => value.ToDouble(),
        ScalarKind.Bool => value.ToBoolean(),
        _ => value.ToInt64(),
    };
    public static implicit operator Arg(Scalar? value) => value is { } v ? v : default(Arg);
    public static implicit operator Arg(torch.ScalarType value) => new(Tag.Int, (long)value);
    public static implicit operator Arg(torch.ScalarType? value) => value is { } v ? v : default(Arg);
    public static implicit operator Arg(torch.Device? value) => value is null ? default : new(Tag.Device, value.Packed);
    public static implicit operator Arg(long[]? value) => value is null ? default : new(Tag.Ints, 0, value);
    public static implicit operator Arg(double[]? value) => value is null ? default : new(Tag.Doubles, 0, value);
    public static implicit operator Arg(bool[]? value) => value is null ? default : new(Tag.Bools, 0, value);
    public static implicit operator Arg(string? value) => value is null ? default : new(Tag.String, 0, value);

    /// <summary>A list of tensors; null elements are allowed where the schema has <c>Tensor?[]</c>.</summary>
    public static implicit operator Arg(torch.Tensor?[]? value) => value is null ? default : new(Tag.Tensors, 0, value);

    internal torch.Tensor AsTensor => (torch.Tensor)reference!;

    /// <summary>Bytes of native memory that the value needs for the length of a call.</summary>
    internal int Bytes => tag switch
    {
        Tag.Ints => ((long[])reference!).Length * sizeof(long),
        Tag.Doubles => ((double[])reference!).Length * sizeof(double),
        Tag.Tensors => ((torch.Tensor?[])reference!).Length * sizeof(long),
        Tag.Bools => Align(((bool[])reference!).Length),
        Tag.String => Align(Encoding.UTF8.GetByteCount((string)reference!)),
        _ => 0,
    };

    /// <summary>Writes the value, its list or text to <paramref name="memory"/>, which it moves on.</summary>
    internal unsafe void Write(ref Value value, ref byte* memory)
    {
        value.Tag = tag;
        value.Length = 0;
        value.Bits = bits;
        switch (tag)
        {
            case Tag.Tensor:
                value.Bits = ((torch.Tensor)reference!).Handle;
                break;
            case Tag.Ints:
                Put(ref value, ref memory, ((long[])reference!).AsSpan());
                break;
            case Tag.Doubles:
                Put(ref value, ref memory, ((double[])reference!).AsSpan());
                break;
            case Tag.Bools:
                Put(ref value, ref memory, ((bool[])reference!).AsSpan());
                break;
            case Tag.Tensors:
                var tensors = (torch.Tensor?[])reference!;
                value.Length = tensors.Length;
                value.Bits = (long)memory;
                for (var i = 0; i < tensors.Length; i++) ((nint*)memory)[i] = tensors[i]?.Handle ?? 0;
                memory += tensors.Length * sizeof(long);
                break;
            case Tag.String:
                var text = (string)reference!;
                value.Length = Encoding.UTF8.GetBytes(text, new Span<byte>(memory, Encoding.UTF8.GetByteCount(text)));
                value.Bits = (long)memory;
                memory += Align(value.Length);
                break;
        }
    }

    static unsafe void Put<T>(ref Value value, ref byte* memory, Span<T> from) where T : unmanaged
    {
        value.Length = from.Length;
        value.Bits = (long)memory;
        from.CopyTo(new Span<T>(memory, from.Length));
        memory += Align(from.Length * sizeof(T));
    }

    static int Align(int bytes) => (bytes + 7) & ~7;
}
