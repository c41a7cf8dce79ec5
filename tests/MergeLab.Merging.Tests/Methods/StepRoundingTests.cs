using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Methods.Rounding;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>The rounding of steps is the rounding of files.</summary>
public class StepRoundingTests
{
    static readonly float[] Values =
    [
        0, -0f, 1, 1.00390625f, 1.0039063f, 1.01171875f, -3.1415927f, 65504, 65519.99f, 65520, -65536, 3.4e38f, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        6.1e-5f, 6.1035156e-5f, 5.9604645e-8f, 2.9802322e-8f, 2.98023225e-8f, -4.4703484e-8f, 1e-10f, 1e-40f, -1e-45f, 0.33333334f, 2.0009766f, 2.0009768f, 1e-3f,
    ];

    [Fact]
    public void Bfloat16_steps_round_as_files_do() => Compare<BFloat16Steps>(DType.BF16);

    [Fact]
    public void Float16_steps_round_as_files_do() => Compare<HalfSteps>(DType.F16);

    static void Compare<TStep>(DType type) where TStep : struct, IRounding<float>
    {
        var random = new Random(1);
        float[] values = [.. Values, .. Enumerable.Range(0, 4096).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))), .. Enumerable.Range(0, 4096).Select(_ => (float)(random.NextDouble() - 0.5))];
        Array.Resize(ref values, values.Length / Vector<float>.Count * Vector<float>.Count);
        var (bytes, expected) = (new byte[values.Length * 2], new float[values.Length]);
        Elements.FromSingle(type, values, bytes);
        Elements.ToSingle(type, bytes, expected);
        for (var i = 0; i < values.Length; i += Vector<float>.Count)
        {
            var rounded = TStep.Round(new Vector<float>(values, i));
            for (var lane = 0; lane < Vector<float>.Count; lane++)
            {
                Assert.Equal(expected[i + lane], rounded[lane]);
                Assert.Equal(expected[i + lane], TStep.Round(values[i + lane]));
            }
        }
    }
}
