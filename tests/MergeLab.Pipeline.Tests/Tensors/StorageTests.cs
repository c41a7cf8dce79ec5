namespace MergeLab.Pipeline.Tests.Tensors;

/// <summary>16-bit formats hold; float32 computes.</summary>
public sealed class StorageTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static ReadOnlySpan<uint> Hard =>
    [
        0x00000000, 0x80000000, 0x3F800000, 0x3F808000, 0x3F818000, 0x3F807FFF, 0x3F808001, 0xBF818000, // halves, and their neighbours
        0x7F7FFFFF, 0x7F7F8000, 0x7F7F7FFF, 0x7F800000, 0xFF800000, // the largest finite numbers, and infinity
        0x00000001, 0x00008000, 0x00018000, 0x007FFFFF, // subnormal
        0x33000000, 0x33000001, 0x38800000, 0x387FE000, 0x387FF000, 0x477FE000, 0x477FEFFF, 0x477FF000, // the ends of float16's range
    ];

    static float[] Values()
    {
        var random = new Random(5);
        return [.. Hard.ToArray().Concat(Enumerable.Range(0, 20000).Select(_ => (uint)random.NextInt64(1L << 32))).Select(BitConverter.UInt32BitsToSingle).Where(v => !float.IsNaN(v))];
    }

    [Fact]
    public void Bfloat16_rounds_to_nearest_even()
    {
        var values = Values();
        var bits = Ops.Bits(tensor(values).to(bfloat16)).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var from = BitConverter.SingleToUInt32Bits(values[i]);
            var exact = (ushort)((from + 0x7FFF + ((from >> 16) & 1)) >> 16);
            Assert.True(exact == bits[i], $"{values[i]:R}: {bits[i]:X4}, not {exact:X4}");
        }
    }

    [Fact]
    public void Float16_rounds_to_nearest_even()
    {
        var values = Values();
        var halves = tensor(values).to(float16);
        var found = halves.data<Half>().ToArray();
        for (var i = 0; i < values.Length; i++)
            Assert.True(BitConverter.HalfToUInt16Bits((Half)values[i]) == BitConverter.HalfToUInt16Bits(found[i]), $"{values[i]:R}: {found[i]}");
        Assert.Equal(Ops.Bits(halves).ToArray(), found.Select(BitConverter.HalfToUInt16Bits));
    }

    [Fact]
    public void Every_16_bit_pattern_widens_and_comes_back()
    {
        var all = Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).ToArray();
        foreach (var format in new[] { bfloat16, float16 })
        {
            var stored = Ops.FromSpan<ushort>(all, [all.Length], format);
            var wide = stored.to(float32).data<float>().ToArray();
            var back = Ops.Bits(tensor(wide).to(format)).ToArray();
            for (var i = 0; i < all.Length; i++)
            {
                var expected = format == bfloat16 ? BitConverter.Int32BitsToSingle(i << 16) : (float)BitConverter.UInt16BitsToHalf(all[i]);
                if (float.IsNaN(expected)) Assert.True(float.IsNaN(wide[i]));
                else Assert.True(expected.Equals(wide[i]) && back[i] == all[i], $"{format} {i:X4}");
            }
        }
    }

    [Fact]
    public void A_conversion_copies_only_when_it_must()
    {
        var x = ones([4]);
        x.to(float32).add_(1);
        Assert.Equal(8f, x.sum().item<float>());
        x.to(float32, copy: true).add_(1);
        Assert.Equal(8f, x.sum().item<float>());
        Assert.Equal(2, x.to(bfloat16).ElementSize);
        Assert.Equal([1L, 0], tensor([true, false]).@long().data<long>().ToArray());
        Assert.Equal([0x3F800000], tensor([1f]).view(int32).data<int>().ToArray());
    }

    [Fact]
    public void Bytes_are_the_tensors_own()
    {
        var x = zeros([2]);
        Ops.Bytes(x)[3] = 0x3F;
        Assert.Equal(0.5f, x.data<float>()[0]);
        Assert.Throws<ArgumentException>(() => Ops.Bytes(zeros([2, 2])[.., 0]).Length);
        Assert.Throws<ArgumentException>(() => Ops.Bits(zeros([2])).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.data<float>()[2]);
    }
}
