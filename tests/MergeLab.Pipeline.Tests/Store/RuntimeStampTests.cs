using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Store;

public sealed class RuntimeStampTests : IDisposable
{
    readonly ScratchFolder scratch = new();
    readonly Dictionary<string, string> conditions = new() { ["OPENBLAS_CORETYPE"] = "Haswell", ["processor"] = "x64 avx2" };

    public void Dispose() => scratch.Dispose();

    string Stamp => scratch.File("stamps", "runtime.json");

    void Write(params string[] files) => RuntimeStamp.Write(Stamp, conditions, files, "libtorch 1.13.0 AVX2");

    [Fact]
    public void It_holds_while_settings_and_libraries_stay()
    {
        var library = scratch.Write("libraries/libtorch.so", "elf");
        Assert.Null(RuntimeStamp.Read(Stamp, conditions));
        Write(library, scratch.File("libraries"), scratch.File("absent"));
        Assert.Equal("libtorch 1.13.0 AVX2", RuntimeStamp.Read(Stamp, new Dictionary<string, string>(conditions)));
    }

    [Fact]
    public void A_changed_setting_ends_it()
    {
        Write();
        Assert.Null(RuntimeStamp.Read(Stamp, new Dictionary<string, string>(conditions) { ["OPENBLAS_CORETYPE"] = "SkylakeX" }));
        Assert.Null(RuntimeStamp.Read(Stamp, new Dictionary<string, string>(conditions) { ["LD_PRELOAD"] = "x" }));
        Assert.Null(RuntimeStamp.Read(Stamp, new Dictionary<string, string> { ["processor"] = "x64 avx2" }));
    }

    [Fact]
    public void A_replaced_library_ends_it()
    {
        var library = scratch.Write("libtorch.so", "elf");
        Write(library);
        File.WriteAllText(library, "new");
        Assert.Null(RuntimeStamp.Read(Stamp, conditions));
        Write(scratch.File("later.so"));
        scratch.Write("later.so", "elf");
        Assert.Null(RuntimeStamp.Read(Stamp, conditions));
    }

    [Fact]
    public void A_torn_stamp_counts_as_none()
    {
        Write();
        File.WriteAllText(Stamp, File.ReadAllText(Stamp)[..40]);
        Assert.Null(RuntimeStamp.Read(Stamp, conditions));
        File.WriteAllText(Stamp, "{}");
        Assert.Null(RuntimeStamp.Read(Stamp, conditions));
    }

    [Fact]
    public void The_runtime_of_this_machine_is_read_once_and_holds_no_paths()
    {
        var first = NumericRuntime.Read(Stamp);
        Assert.StartsWith("libtorch ", first, StringComparison.Ordinal);
        Assert.DoesNotContain("/", first, StringComparison.Ordinal);
        var written = File.GetLastWriteTimeUtc(Stamp);
        Assert.Equal(first, NumericRuntime.Read(Stamp));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Stamp));
    }
}
