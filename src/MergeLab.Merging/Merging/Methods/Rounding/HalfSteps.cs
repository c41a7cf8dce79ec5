using System.Numerics;

namespace MergeLab.Merging.Methods.Rounding;

/// <summary>Every step rounds to float16, to nearest even.</summary>
public readonly struct HalfSteps : IRounding<float>
{
    const float LeastNormal = 6.103515625e-05f; // 2^-14
    const float Overflow = 65520; // the first value that rounds to infinity

    public static bool Rounds => true;

    public static float Round(float value) => (float)(Half)value;

    public static Vector<float> Round(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        var odd = Vector.BitwiseAnd(Vector.ShiftRightLogical(bits, 13), Vector<uint>.One);
        var normal = Vector.AsVectorSingle(Vector.BitwiseAnd(bits + new Vector<uint>(0xFFF) + odd, new Vector<uint>(0xFFFFE000)));
        var sign = Vector.BitwiseAnd(bits, new Vector<uint>(0x80000000));
        var magnitude = Vector.Abs(values);
        // Subnormal halves are multiples of 2^-24, which is the last bit of floats next to one half: the addition rounds.
        var half = new Vector<float>(0.5f);
        var small = Signed(magnitude + half - half, sign);
        var result = Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<float>(LeastNormal)), small, normal);
        var infinite = Signed(new Vector<float>(float.PositiveInfinity), sign);
        result = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(magnitude, new Vector<float>(Overflow)), infinite, result);
        return Vector.ConditionalSelect(Vector.Equals(values, values), result, values);
    }

    static Vector<float> Signed(Vector<float> magnitude, Vector<uint> sign) => Vector.AsVectorSingle(Vector.BitwiseOr(Vector.AsVectorUInt32(magnitude), sign));
}
