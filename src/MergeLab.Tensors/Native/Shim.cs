using System.Runtime.InteropServices;

namespace MergeLab.Tensors.Native;

/// <summary>The native shim's entry points. Whatever may be the first of them in a process is called after <see cref="ShimLoader.EnsureLoaded"/>.</summary>
static unsafe partial class Shim
{
    public const string Library = "mergelab_torch";
    public const int Abi = 1;

    static Shim() => NativeLibrary.SetDllImportResolver(typeof(Shim).Assembly, static (name, _, _) =>
        name == Library ? ShimLoader.EnsureLoaded() : 0);

    public static string LastError => Marshal.PtrToStringUTF8(ts_last_error()) ?? "";

    [LibraryImport(Library)] public static partial nint ts_last_error();
    [LibraryImport(Library)] public static partial int ts_abi();
    [LibraryImport(Library)] public static partial nint ts_version();
    [LibraryImport(Library)] public static partial nint ts_config();
    [LibraryImport(Library)] public static partial nint ts_library();
    [LibraryImport(Library)] public static partial int ts_threads();
    [LibraryImport(Library)] public static partial int ts_set_threads(int count);
    [LibraryImport(Library)] public static partial int ts_manual_seed(ulong seed);
    [LibraryImport(Library)] public static partial int ts_cuda_devices();
    [LibraryImport(Library)] public static partial int ts_cuda_synchronize(long index);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial nint ts_find(string name, string overload);
    [LibraryImport(Library)] public static partial nint ts_schema(nint op);
    [LibraryImport(Library)] public static partial int ts_arg_count(nint op);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int ts_arg_index(nint op, string name);
    [LibraryImport(Library)] public static partial int ts_call(nint op, Value* arguments, int count, Value** results);

    [LibraryImport(Library)] public static partial long ts_live_handles();
    [LibraryImport(Library)] public static partial void ts_free(nint* handles, int count);
    [LibraryImport(Library)] public static partial nint ts_data(nint handle);
    [LibraryImport(Library)] public static partial nint ts_from_blob(nint data, long* sizes, int dim, int dtype, nint context, delegate* unmanaged[Cdecl]<nint, void> release);

    [LibraryImport(Library)] public static partial int ts_set_requires_grad(nint handle, int on);
    [LibraryImport(Library)] public static partial int ts_get_grad(nint handle, nint* result);
    [LibraryImport(Library)] public static partial int ts_set_grad(nint handle, nint gradient);
    [LibraryImport(Library)] public static partial int ts_backward(nint* outputs, nint* seeds, int count, int retainGraph, int createGraph);
    [LibraryImport(Library)] public static partial int ts_grad(nint* outputs, nint* seeds, int outputCount, nint* inputs, int inputCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library)] public static partial int ts_grad_mode();
    [LibraryImport(Library)] public static partial void ts_set_grad_mode(int on);
    [LibraryImport(Library)] public static partial int ts_is_inference_mode();
    [LibraryImport(Library)] public static partial nint ts_enter_inference_mode(int on);
    [LibraryImport(Library)] public static partial void ts_leave_inference_mode(nint mode);

    // Plain reads of a few nanoseconds: no GC transition. They need a tensor, so the library is loaded.
    [LibraryImport(Library), SuppressGCTransition] public static partial int ts_dim(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial long ts_numel(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial long* ts_sizes(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial long* ts_strides(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial int ts_dtype(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial long ts_item_size(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial long ts_device(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial int ts_is_contiguous(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial int ts_requires_grad(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial int ts_is_leaf(nint handle);
}
