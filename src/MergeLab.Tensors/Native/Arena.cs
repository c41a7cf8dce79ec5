using System.Runtime.InteropServices;

namespace MergeLab.Tensors.Native;

/// <summary>A thread's native memory for the lists and strings of one call: grown, never pinned, reused by the next call.</summary>
sealed unsafe class Arena
{
    [ThreadStatic] static Arena? current;
    byte* memory;
    nuint capacity;

    ~Arena() => NativeMemory.Free(memory);

    /// <summary>At least <paramref name="bytes"/>, valid until this thread asks again.</summary>
    public static byte* Reserve(int bytes)
    {
        var arena = current ??= new Arena();
        if ((nuint)bytes > arena.capacity)
        {
            arena.capacity = Math.Max((nuint)bytes, arena.capacity * 2);
            arena.memory = (byte*)NativeMemory.Realloc(arena.memory, arena.capacity);
        }
        return arena.memory;
    }
}
