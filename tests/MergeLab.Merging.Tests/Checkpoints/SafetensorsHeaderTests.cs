using System.Buffers.Binary;
using System.Text;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;

namespace MergeLab.Merging.Tests.Checkpoints;

/// <summary>Headers come from strangers: each lie in one is refused, naming the file and, where there is one, the tensor.</summary>
public sealed class SafetensorsHeaderTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Header, bytes of data, what the message says, the tensor it names.</summary>
    public static TheoryData<string, int, string, string?> Lies => new()
    {
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "not valid JSON", null },
        { """[]""", 0, "not a JSON object", null },
        { "", 0, "not a JSON object", null },
        { """{} x""", 0, "not valid JSON", null },
        { """{"a":1}""", 0, "not a JSON object", "a" },
        { """{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown dtype 'F31'", "a" },
        { """{"a":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}""", 8, "dtype is not a string", "a" },
        { """{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "lacks 'dtype'", "a" },
        { """{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "lacks 'shape'", "a" },
        { """{"a":{"dtype":"F32","shape":[2]}}""", 8, "lacks 'data_offsets'", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"device":"cuda"}}""", 8, "unknown key 'device'", "a" },
        { """{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}""", 8, "'dtype' occurs twice", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "occurs twice", "a" },
        { """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "shape holds something", "a" },
        { """{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "shape holds something", "a" },
        { """{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "shape holds something", "a" },
        { """{"a":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}""", 8, "shape holds something", "a" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8, "shape holds something", "a" },
        { """{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "larger than any file", "a" },
        { """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "disagree with dtype and shape", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "run backwards", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "1 numbers, not 2", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "more than 2 numbers", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "data_offsets holds something", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "ends before the tensor's data", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes at the end", null },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "a gap", "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlaps tensor a", "b" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "overlaps tensor a", "b" },
        { """{"__metadata__":{"a":1}}""", 0, "is not a string", null },
        { """{"__metadata__":{"a":"x","a":"y"}}""", 0, "occurs twice", null },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "occurs twice", null },
        { """{"a\u001b[2J":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "control characters", "a?[2J" },
        { """{"\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "not valid JSON", null },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_header_that_lies_is_refused(string header, int data, string what, string? tensor)
    {
        var e = Refused(SafetensorsBytes.Of(header, data));
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.Equal(tensor, e.Problem.Where!.Tensor);
    }

    [Fact]
    public void A_truncated_file_is_refused_with_its_name_wherever_it_ends()
    {
        var whole = SafetensorsBytes.Of("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        for (var length = 0; length < whole.Length; length++) Refused(whole[..length]);
    }

    [Fact]
    public void A_header_length_beyond_the_format_or_the_file_is_refused_before_anything_is_allocated()
    {
        foreach (var claimed in new[] { ulong.MaxValue, 1UL << 63, 100_000_001UL, 1_000UL })
        {
            var file = SafetensorsBytes.Of("{}", 0);
            BinaryPrimitives.WriteUInt64LittleEndian(file, claimed);
            Refused(file);
        }
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused() => Refused(SafetensorsBytes.Of([.. "{\""u8, 0xFF, .. "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8], []));

    [Fact]
    public void Deep_nesting_and_absurd_ranks_are_refused()
    {
        Refused(SafetensorsBytes.Of(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), 0));
        Refused(SafetensorsBytes.Of($$$"""{"a":{"dtype":"F32","shape":[{{{string.Join(',', Enumerable.Repeat(1, 65))}}}],"data_offsets":[0,4]}}""", 4));
    }

    [Fact]
    public void A_header_of_endless_empty_tensors_is_refused() => Refused(SafetensorsBytes.Of(
        "{" + string.Join(',', Enumerable.Range(0, (1 << 18) + 1).Select(i => $$$"""  "{{{i}}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""")) + "}", 0));

    [Fact]
    public void Scalars_empty_tensors_padding_and_any_order_of_the_header_are_read()
    {
        const string header = """{"z":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]},"e":{"dtype":"I64","shape":[3,0],"data_offsets":[4,4]},"s":{"shape":[],"data_offsets":[0,4],"dtype":"F32"},"__metadata__":{"format":"pt","ü":"ö"}}   """;
        using var file = SafetensorsFile.Open(Write(SafetensorsBytes.Of(header, 8)));
        Assert.Equal(["s", "e", "z"], file.Tensors.Select(t => t.Name));
        Assert.Equal([1L, 0, 2], file.Tensors.Select(t => t.Count));
        Assert.Equal(8 + Encoding.UTF8.GetByteCount(header) + 4, file.Find("z")!.Offset);
        Assert.Equal("ö", file.Metadata["ü"]);
        Assert.Equal(0, file.Bytes(file.Find("e")!).Length);
    }

    [Fact]
    public void A_tensor_of_more_than_two_gigabytes_is_read_by_windows()
    {
        var path = scratch.File("big.safetensors");
        var header = SafetensorsBytes.Of("""{"a":{"dtype":"U8","shape":[5000000000],"data_offsets":[0,5000000000]},"b":{"dtype":"F32","shape":[1],"data_offsets":[5000000000,5000000004]}}""", 0);
        using (var stream = File.Create(path))
        {
            // A hole: no disk is taken.
            stream.Write(header);
            stream.SetLength(header.Length + 5_000_000_004L);
            stream.Position = header.Length + 4_999_999_999L;
            stream.Write([77, .. BitConverter.GetBytes(1.5f)]);
        }
        using var file = SafetensorsFile.Open(path);
        var a = file.Find("a")!;
        Assert.Equal([0, 77], file.Bytes(a, 4_999_999_998, 2).ToArray());
        Assert.Throws<OverflowException>(() => file.Bytes(a).Length);
        Assert.Equal(1.5f, BitConverter.ToSingle(file.Bytes(file.Find("b")!)));
    }

    [Fact]
    public void A_closed_file_gives_no_memory()
    {
        var file = SafetensorsFile.Open(Write(SafetensorsBytes.Of("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8)));
        var tensor = file.Find("a")!;
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Bytes(tensor).Length);
    }

    [Fact]
    public void A_window_outside_its_tensor_is_refused()
    {
        using var file = SafetensorsFile.Open(Write(SafetensorsBytes.Of("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12)));
        var a = file.Find("a")!;
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Bytes(a, 4, 8).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Bytes(a, -1, 4).Length);
        Assert.Throws<ArgumentException>(() => file.Bytes(a with { Name = "c" }).Length);
    }

    ProblemException Refused(byte[] bytes)
    {
        var path = Write(bytes);
        var e = Assert.Throws<ProblemException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.Equal(path, e.Problem.Where!.File);
        return e;
    }

    string Write(byte[] bytes)
    {
        var path = scratch.File("x.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
