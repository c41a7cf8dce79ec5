using System.Runtime.CompilerServices;

namespace MergeLab.Merging.Engine;

/// <summary>Memory of one thread for the rows of a block, aligned to cache lines and used again and again. One use at a time.</summary>
static unsafe class BlockScratch
{
    const int Line = 64;

    [ThreadStatic]
    static byte[]? memory;

    /// <summary>At least this many elements, in whatever state, until the thread's next call.</summary>
    public static T* Take<T>(int elements) where T : unmanaged
    {
        var bytes = elements * sizeof(T) + Line;
        if (memory is null || memory.Length < bytes) memory = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        var start = (nuint)Unsafe.AsPointer(ref memory[0]);
        return (T*)((start + Line - 1) & ~(nuint)(Line - 1));
    }
}
