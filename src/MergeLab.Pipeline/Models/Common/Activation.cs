namespace MergeLab.Models.Common;

/// <summary>Activation functions by the names that configs use. They may overwrite their argument: give them the result of a product or sum that nobody else needs.</summary>
public static class Activation
{
    static readonly Dictionary<string, Func<Tensor, Tensor>> Known = new(StringComparer.Ordinal)
    {
        ["relu"] = x => x.relu_(),
        ["gelu"] = F.gelu,
        ["gelu_python"] = F.gelu,
        ["gelu_new"] = Ops.GeluTanh,
        ["gelu_pytorch_tanh"] = Ops.GeluTanh,
        ["quick_gelu"] = Ops.QuickGelu,
        ["silu"] = F.silu,
        ["swish"] = F.silu,
        ["sigmoid"] = x => x.sigmoid(),
        ["tanh"] = x => x.tanh(),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The function of that name, or null.</summary>
    public static Func<Tensor, Tensor>? Find(string name) => Known.GetValueOrDefault(name);
}
