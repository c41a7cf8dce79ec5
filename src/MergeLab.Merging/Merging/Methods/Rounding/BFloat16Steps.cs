using System.Numerics;

namespace MergeLab.Merging.Methods.Rounding;

/// <summary>Every step rounds to bfloat16, to nearest even.</summary>
public readonly struct BFloat16Steps : IRounding<float>
{
    public static bool Rounds => true;

    public static float Round(float value)
    {
        if (float.IsNaN(value)) return value;
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    public static Vector<float> Round(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        var odd = Vector.BitwiseAnd(Vector.ShiftRightLogical(bits, 16), Vector<uint>.One);
        var rounded = Vector.BitwiseAnd(bits + new Vector<uint>(0x7FFF) + odd, new Vector<uint>(0xFFFF0000));
        return Vector.ConditionalSelect(Vector.Equals(values, values), Vector.AsVectorSingle(rounded), values);
    }
}
