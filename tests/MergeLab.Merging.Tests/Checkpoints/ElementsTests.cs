using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Conversions against the base class library's own (binary16) and against the definition (bfloat16).</summary>
public sealed class ElementsTests
{
    [Fact]
    public void Every_binary16_value_widens_exactly_and_comes_back()
    {
        var raw = All16();
        var wide = new float[65536];
        Elements.ToSingle(DType.F16, raw, wide);
        var back = new byte[raw.Length];
        Elements.FromSingle(DType.F16, wide, back);
        for (var i = 0; i < 65536; i++)
        {
            var half = BitConverter.UInt16BitsToHalf((ushort)i);
            if (Half.IsNaN(half))
            {
                Assert.True(float.IsNaN(wide[i]));
                Assert.Equal(i | 0x200, BitConverter.ToUInt16(back, 2 * i)); // the payload stays, the NaN is quiet
                continue;
            }
            Assert.Equal(BitConverter.SingleToUInt32Bits((float)half), BitConverter.SingleToUInt32Bits(wide[i]));
            Assert.Equal(i, BitConverter.ToUInt16(back, 2 * i));
        }
    }

    [Fact]
    public void Every_bfloat16_value_widens_exactly_and_comes_back()
    {
        var raw = All16();
        var wide = new float[65536];
        Elements.ToSingle(DType.BF16, raw, wide);
        var back = new byte[raw.Length];
        Elements.FromSingle(DType.BF16, wide, back);
        for (var i = 0; i < 65536; i++)
        {
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(wide[i]));
            Assert.Equal(float.IsNaN(wide[i]) ? i | 0x40 : i, BitConverter.ToUInt16(back, 2 * i));
        }
    }

    [Theory]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    public void Floats_round_to_the_nearest_and_ties_to_even(DType type)
    {
        var values = Floats();
        var raw = new byte[2 * values.Length];
        Elements.FromSingle(type, values, raw);
        for (var i = 0; i < values.Length; i++)
            if (!float.IsNaN(values[i])) Assert.True(Expected(type, values[i]) == BitConverter.ToUInt16(raw, 2 * i), $"{values[i]:R}");
    }

    [Theory]
    [InlineData(DType.F16, 1 + 0.00048828125 + 1e-12)] // just above a tie: through float it would round to the tie, and then down
    [InlineData(DType.BF16, 1 + 0.00390625 + 1e-12)]
    public void Doubles_round_once(DType type, double value)
    {
        var raw = new byte[2];
        Elements.FromDouble(type, [value], raw);
        Assert.Equal(Expected(type, 1) + 1, BitConverter.ToUInt16(raw));
    }

    [Fact]
    public void Doubles_round_to_binary16_as_the_base_library_rounds_them()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 20000).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 20))).Append(double.NaN).Append(double.NegativeInfinity).Append(65519.999999999).ToArray();
        var raw = new byte[2 * values.Length];
        Elements.FromDouble(DType.F16, values, raw);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal((Half)values[i], BitConverter.UInt16BitsToHalf(BitConverter.ToUInt16(raw, 2 * i)));
    }

    [Fact]
    public void Integers_and_doubles_are_read_as_the_numbers_they_are()
    {
        var floats = new float[2];
        Elements.ToSingle(DType.I64, (byte[])[.. BitConverter.GetBytes(-3L), .. BitConverter.GetBytes(7L)], floats);
        Assert.Equal([-3f, 7f], floats);
        Elements.ToSingle(DType.U16, [0xFF, 0xFF, 1, 0], floats);
        Assert.Equal([65535f, 1f], floats);
        Elements.ToSingle(DType.Bool, [0, 1], floats);
        Assert.Equal([0f, 1f], floats);
        var doubles = new double[2];
        Elements.ToDouble(DType.F64, (byte[])[.. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(-1e300)], doubles);
        Assert.Equal([0.1, -1e300], doubles);
    }

    static byte[] All16()
    {
        var raw = new byte[2 * 65536];
        for (var i = 0; i < 65536; i++) BitConverter.TryWriteBytes(raw.AsSpan(2 * i), (ushort)i);
        return raw;
    }

    /// <summary>Random bit patterns, and all neighbours of 16-bit values and of the ties between them.</summary>
    static float[] Floats()
    {
        var random = new Random(3);
        var bits = new List<uint> { 0, 0x80000000, 0x7F800000, 0x7F7FFFFF, 0x00000001, 0x33000000, 0x33000001, 0x32FFFFFF, 0x477FEFFF, 0x477FF000, 0x477FF001 };
        for (var i = 0; i < 20000; i++) bits.Add((uint)random.NextInt64(1L << 32));
        for (var i = 0; i < 65536; i += 7)
        {
            var tie = BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)i)) + 0x1000;
            bits.AddRange([tie - 1, tie, tie + 1, ((uint)i << 16) + 0x7FFF, ((uint)i << 16) + 0x8000, ((uint)i << 16) + 0x8001]);
        }
        return [.. bits.Select(BitConverter.UInt32BitsToSingle)];
    }

    static ushort Expected(DType type, float value)
    {
        if (type == DType.F16) return BitConverter.HalfToUInt16Bits((Half)value);
        var bits = BitConverter.SingleToUInt32Bits(value);
        var (low, kept) = (bits & 0xFFFF, bits >> 16);
        return (ushort)(low > 0x8000 || (low == 0x8000 && (kept & 1) == 1) ? kept + 1 : kept);
    }
}
