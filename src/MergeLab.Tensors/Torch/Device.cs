using System.Globalization;

namespace MergeLab.Tensors;

/// <summary>Kinds of devices, with libtorch's numbers.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}

public static partial class torch
{
    public static Device CPU { get; } = new(DeviceType.CPU);

    /// <summary>The first CUDA device.</summary>
    public static Device CUDA { get; } = new(DeviceType.CUDA, 0);

    public static Device device(DeviceType type, int index = -1) => new(type, index);

    /// <summary>Where a tensor lies: a kind of device and its number, -1 where there is only one.</summary>
    public sealed record Device(DeviceType type, int index = -1)
    {
        internal const long PackedCpu = 0;

        internal Device(long packed) : this((DeviceType)(packed / 256), (int)(packed % 256) - 1)
        {
        }

        internal long Packed => (long)type * 256 + index + 1;

        public override string ToString()
        {
            var name = type == DeviceType.CPU ? "cpu" : "cuda";
            return index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{index}");
        }
    }
}
