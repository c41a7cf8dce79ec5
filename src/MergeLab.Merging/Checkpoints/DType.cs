namespace MergeLab.Checkpoints;

/// <summary>
/// Element types of the safetensors format, in the order in which the reference library lays tensors out (largest value first),
/// so that files written here have the layout it would give them.
/// </summary>
public enum DType
{
    Bool,
    U8,
    I8,
    F8E5M2,
    F8E4M3,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    F64,
    I64,
    U64,
}

/// <summary>Names and sizes of <see cref="DType"/>.</summary>
public static class DTypes
{
    static readonly string[] Names = ["BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "F64", "I64", "U64"];

    /// <summary>The names used in safetensors headers.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name used in safetensors headers, such as <c>BF16</c>.</summary>
    public static string Name(this DType type) => Names[(int)type];

    /// <summary>Bytes of one element.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.Bool or DType.U8 or DType.I8 or DType.F8E5M2 or DType.F8E4M3 => 1,
        DType.I16 or DType.U16 or DType.F16 or DType.BF16 => 2,
        DType.I32 or DType.U32 or DType.F32 => 4,
        _ => 8,
    };

    /// <summary>F64, F32, F16 and BF16: what weights are stored in and merging computes on.</summary>
    public static bool IsFloat(this DType type) => type is DType.F64 or DType.F32 or DType.F16 or DType.BF16;

    /// <summary>Reads a header name.</summary>
    public static bool TryParse(string name, out DType type)
    {
        var index = Array.IndexOf(Names, name);
        type = index < 0 ? default : (DType)index;
        return index >= 0;
    }

    /// <summary>Reads the names used in configs and recipes: <c>float32</c>, <c>bfloat16</c>, <c>torch.float16</c>, …</summary>
    public static bool TryParseTorch(string name, out DType type)
    {
        DType? found = (name.StartsWith("torch.", StringComparison.Ordinal) ? name[6..] : name) switch
        {
            "float64" or "double" => DType.F64,
            "float32" or "float" => DType.F32,
            "float16" or "half" => DType.F16,
            "bfloat16" => DType.BF16,
            "int64" or "long" => DType.I64,
            "int32" or "int" => DType.I32,
            "int16" or "short" => DType.I16,
            "int8" => DType.I8,
            "uint8" => DType.U8,
            "bool" => DType.Bool,
            _ => null,
        };
        type = found ?? default;
        return found is not null;
    }

    /// <summary>The name used in configs, such as <c>bfloat16</c>; null for types PyTorch configs do not name.</summary>
    public static string? TorchName(this DType type) => type switch
    {
        DType.F64 => "float64",
        DType.F32 => "float32",
        DType.F16 => "float16",
        DType.BF16 => "bfloat16",
        DType.I64 => "int64",
        DType.I32 => "int32",
        DType.I16 => "int16",
        DType.I8 => "int8",
        DType.U8 => "uint8",
        DType.Bool => "bool",
        _ => null,
    };
}
