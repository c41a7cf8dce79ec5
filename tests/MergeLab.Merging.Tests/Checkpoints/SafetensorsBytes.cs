using System.Buffers.Binary;
using System.Text;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Builds safetensors files by hand, good and bad, independently of the writer.</summary>
static class SafetensorsBytes
{
    public static byte[] Of(string header, int dataBytes) => Of(Encoding.UTF8.GetBytes(header), new byte[dataBytes]);

    public static byte[] Of(byte[] header, byte[] data)
    {
        var file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return file;
    }
}
