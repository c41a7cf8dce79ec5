namespace MergeLab.Tensors;

enum ScalarKind
{
    Int,
    Float,
    Bool,
}

/// <summary>A number as an operator takes it: integers stay integers, so that dtypes promote as in PyTorch.</summary>
public readonly struct Scalar
{
    readonly long bits;

    Scalar(ScalarKind kind, long bits) => (Kind, this.bits) = (kind, bits);

    internal ScalarKind Kind { get; }

    public static implicit operator Scalar(int value) => new(ScalarKind.Int, value);
    public static implicit operator Scalar(long value) => new(ScalarKind.Int, value);
    public static implicit operator Scalar(float value) => (double)value;
    public static implicit operator Scalar(double value) => new(ScalarKind.Float, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Scalar(bool value) => new(ScalarKind.Bool, value ? 1 : 0);

    public double ToDouble() => Kind == ScalarKind.Float ? BitConverter.Int64BitsToDouble(bits) : bits;
    public float ToSingle() => (float)ToDouble();
    public long ToInt64() => Kind == ScalarKind.Float ? checked((long)ToDouble()) : bits;
    public int ToInt32() => checked((int)ToInt64());
    public bool ToBoolean() => Kind == ScalarKind.Float ? ToDouble() != 0 : bits != 0;
}
