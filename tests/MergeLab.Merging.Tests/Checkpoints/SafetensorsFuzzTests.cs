using System.Buffers.Binary;
using System.Text;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Thousands of seeded mutations of a good file: each opens, or is refused as a problem; nothing else may come out.</summary>
public sealed class SafetensorsFuzzTests
{
    const int Mutations = 6000;

    static readonly string[] Splices =
    [
        "-1", "1e400", "9223372036854775807", "18446744073709551616", "null", "\"\"", "[]", "{}", "[0,0]", "\"F64\"", "\"BOOL\"", "\\u0000", "\\ud800", "\"a\":", ",,", "\u00e9", "//", "0.0", "true",
    ];

    [Fact]
    public void A_mutated_file_opens_or_is_refused_and_never_crashes()
    {
        using var scratch = new ScratchFolder();
        var path = scratch.File("fuzz.safetensors");
        var good = File.ReadAllBytes(Path.Combine(AdapterGoldens.Case("vit-conv"), "adapter", "adapter_model.safetensors"));
        var random = new Random(20260101);
        var (opened, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            File.WriteAllBytes(path, Mutate(good, random));
            try
            {
                using var file = SafetensorsFile.Open(path);
                foreach (var tensor in file.Tensors) Assert.Equal(tensor.Bytes, file.Bytes(tensor).Length);
                opened++;
            }
            catch (ProblemException e)
            {
                Assert.Equal(path, e.Problem.Where!.File);
                refused++;
            }
        }
        // Mutations of the data alone leave a good file; most others must be noticed.
        Assert.True(opened > 100 && refused > Mutations / 2, $"{opened} opened, {refused} refused");
    }

    static byte[] Mutate(byte[] good, Random random)
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(good);
        switch (random.Next(6))
        {
            case 0:
                return good[..random.Next(good.Length)];
            case 1:
                var flipped = (byte[])good.Clone();
                for (var n = random.Next(1, 4); n > 0; n--) flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 2:
                var relabelled = (byte[])good.Clone();
                BinaryPrimitives.WriteUInt64LittleEndian(relabelled, random.Next(2) == 0 ? (ulong)random.NextInt64() : (ulong)random.Next(2 * good.Length));
                return relabelled;
            case 3:
                return [.. good, .. new byte[random.Next(1, 64)]];
            default:
                // In the header's text: cut, double or splice, and keep the length true so that the parser gets to see it.
                var text = Encoding.UTF8.GetString(good, 8, length);
                var at = random.Next(text.Length);
                var cut = random.Next(Math.Min(12, text.Length - at));
                var insert = random.Next(3) switch { 0 => "", 1 => Splices[random.Next(Splices.Length)], _ => text.Substring(random.Next(text.Length / 2), random.Next(40)) };
                return SafetensorsBytes.Of(Encoding.UTF8.GetBytes(text[..at] + insert + text[(at + cut)..]), good[(8 + length)..]);
        }
    }
}
