using System.Runtime.InteropServices;
using MergeLab.Core.Errors;
using MergeLab.Tensors.Runtime;

namespace MergeLab.Tensors.Native;

/// <summary>Loads the shim, and with it libtorch, at the first tensor operation of the process and not before.</summary>
static class ShimLoader
{
    const string FileName = "lib" + Shim.Library + ".so";
    const string Remedy = "apt-get install libtorch-dev libopenblas0-openmp (or set LIBTORCH to an unpacked libtorch, or LIBTORCH_USE_PYTORCH=1), then build again";

    static readonly Lock Gate = new();
    static nint library;

    public static bool IsLoaded => Volatile.Read(ref library) != 0;

    /// <summary>The library's handle. Throws <see cref="ProblemException"/> with exit code 3 when the machine has no libtorch.</summary>
    public static nint EnsureLoaded()
    {
        var loaded = Volatile.Read(ref library);
        return loaded != 0 ? loaded : Load();
    }

    static nint Load()
    {
        lock (Gate)
        {
            if (library != 0) return library;
            var path = Locate(Folders());
            // libgomp and OpenBLAS read their settings while they are loaded.
            ProcessEnvironment.Apply();
            var handle = Open(path);
            CheckAbi(handle, path);
            LoadCuda(handle);
            Volatile.Write(ref library, handle);
        }
        TorchRuntime.AfterLoad();
        return library;
    }

    /// <summary>The shim in the first of the folders that has it.</summary>
    public static string Locate(IReadOnlyList<string> folders) =>
        folders.Select(f => Path.Combine(f, FileName)).FirstOrDefault(File.Exists)
        ?? throw Lacking($"there is no {FileName} in {string.Join(" or ", folders)}: when this was built there was no libtorch, or no C++ compiler");

    /// <summary>The shim at <paramref name="path"/>, loaded with the libraries it needs.</summary>
    public static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Lacking(e.Message.ReplaceLineEndings(" "), e);
        }
    }

    static IReadOnlyList<string> Folders() =>
        [.. new[] { Path.GetDirectoryName(typeof(Shim).Assembly.Location), AppContext.BaseDirectory }
            .Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.TrimEndingDirectorySeparator(f!)).Distinct()];

    static unsafe void CheckAbi(nint handle, string path)
    {
        var found = NativeLibrary.TryGetExport(handle, nameof(Shim.ts_abi), out var abi) ? ((delegate* unmanaged[Cdecl]<int>)abi)() : 0;
        if (found != Shim.Abi) throw Lacking($"{path} is of another build (interface {found}, wanted {Shim.Abi})");
    }

    /// <summary>CUDA kernels register themselves when their library is loaded; the shim links only the CPU part, so that one binary serves both.</summary>
    static unsafe void LoadCuda(nint handle)
    {
        var file = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(handle, nameof(Shim.ts_library)))());
        if (string.IsNullOrEmpty(file)) return;
        var cuda = Path.Combine(Path.GetDirectoryName(file)!, "libtorch_cuda.so");
        if (File.Exists(cuda)) NativeLibrary.TryLoad(cuda, out _);
    }

    static ProblemException Lacking(string why, Exception? inner = null) =>
        new("tensors need libtorch, which this machine lacks", why: why, remedy: Remedy, exit: ExitCode.MachineLacks, inner: inner);
}
