using System.Runtime.InteropServices;

namespace MergeLab.Tensors.Native;

/// <summary>What a <see cref="Value"/> holds; mirrors <c>Tag</c> in native/abi.hpp.</summary>
enum Tag
{
    None = 0,
    Default = 1,
    Tensor = 2,
    Int = 3,
    Double = 4,
    Bool = 5,
    Ints = 6,
    Doubles = 7,
    Bools = 8,
    Tensors = 9,
    String = 10,
    Device = 11,
}

/// <summary>One argument or result of a native call; mirrors <c>Value</c> in native/abi.hpp.</summary>
[StructLayout(LayoutKind.Sequential)]
struct Value
{
    public Tag Tag;
    public int Length;

    /// <summary>An integer, the bits of a double, a handle or an address.</summary>
    public long Bits;
}
