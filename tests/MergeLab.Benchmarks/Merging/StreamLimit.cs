using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MergeLab.Merging.Engine;

namespace MergeLab.Benchmarks.Merging;

/// <summary>
/// What the memory allows: the same mapped streams as a merge reads, in the same chunks, with nothing but an exclusive-or between them and a
/// chunk in cache.
/// </summary>
static unsafe class StreamLimit
{
    const int ChunkBytes = 1 << 18;
    const int Ahead = 1536;

    public static void Run(IReadOnlyList<TensorMerge> tensors, int threads)
    {
        var jobs = tensors.SelectMany(t => Enumerable.Range(0, (int)((t.Output.Bytes + ChunkBytes - 1) / ChunkBytes)).Select(c => (Tensor: t, Chunk: (long)c))).ToArray();
        var next = -1;
        void Work()
        {
            var buffer = new byte[ChunkBytes];
            while (Interlocked.Increment(ref next) is var j && j < jobs.Length)
            {
                var (tensor, chunk) = jobs[j];
                var streams = tensor.Inputs.Select(i => (nint)i.Reader.Stored + (nint)(chunk * ChunkBytes)).ToArray();
                Combine(streams, (int)Math.Min(ChunkBytes, tensor.Output.Bytes - chunk * ChunkBytes) / 64 * 64, buffer);
            }
        }
        var helpers = Enumerable.Range(1, threads - 1).Select(_ => Task.Run(Work)).ToArray();
        Work();
        Task.WaitAll(helpers);
    }

    static void Combine(nint[] streams, int length, byte[] to)
    {
        fixed (byte* output = to)
        fixed (nint* all = streams)
        {
            if (streams.Length == 9) Nine(all, length, output);
            else Any(all, streams.Length, length, output);
        }
    }

    static void Nine(nint* s, int length, byte* output)
    {
        byte* a = (byte*)s[0], b = (byte*)s[1], c = (byte*)s[2], d = (byte*)s[3], e = (byte*)s[4], f = (byte*)s[5], g = (byte*)s[6], h = (byte*)s[7], i = (byte*)s[8];
        for (var at = 0; at < length; at += 64)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(a + at + Ahead);
                Sse.Prefetch0(b + at + Ahead);
                Sse.Prefetch0(c + at + Ahead);
                Sse.Prefetch0(d + at + Ahead);
                Sse.Prefetch0(e + at + Ahead);
                Sse.Prefetch0(f + at + Ahead);
                Sse.Prefetch0(g + at + Ahead);
                Sse.Prefetch0(h + at + Ahead);
                Sse.Prefetch0(i + at + Ahead);
            }
            (Vector512.Load(a + at) ^ Vector512.Load(b + at) ^ Vector512.Load(c + at) ^ Vector512.Load(d + at) ^ Vector512.Load(e + at)
                ^ Vector512.Load(f + at) ^ Vector512.Load(g + at) ^ Vector512.Load(h + at) ^ Vector512.Load(i + at)).Store(output + at);
        }
    }

    static void Any(nint* s, int count, int length, byte* output)
    {
        for (var at = 0; at < length; at += 64)
        {
            var all = Vector512<byte>.Zero;
            for (var i = 0; i < count; i++)
            {
                if (Sse.IsSupported) Sse.Prefetch0((byte*)s[i] + at + Ahead);
                all ^= Vector512.Load((byte*)s[i] + at);
            }
            all.Store(output + at);
        }
    }
}
