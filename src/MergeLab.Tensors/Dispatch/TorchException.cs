namespace MergeLab.Tensors;

/// <summary>libtorch refused an operation: wrong shapes, dtypes, arguments, or no memory.</summary>
public sealed class TorchException(string message, string? @operator = null, string? schema = null)
    : Exception(Compose(message, @operator, schema))
{
    /// <summary>The operator's qualified name, such as <c>aten::matmul</c>.</summary>
    public string? Operator { get; } = @operator;

    /// <summary>The operator's schema in the libtorch that runs, where it was found.</summary>
    public string? Schema { get; } = schema;

    static string Compose(string message, string? name, string? schema)
    {
        var text = name is null ? message : $"{name}: {message}";
        return schema is null ? text : $"{text}\n  schema: {schema}";
    }
}
