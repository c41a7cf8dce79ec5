using System.Globalization;

namespace MergeLab.Merging.Methods.Sparse;

/// <summary>How deep tensors lie by their names: the first number between dots counts the layers of what stands before it.</summary>
public sealed class LayerDepths
{
    readonly Dictionary<string, int> last = new(StringComparer.Ordinal);

    /// <param name="names">All tensors of the model.</param>
    public LayerDepths(IEnumerable<string> names)
    {
        foreach (var name in names)
            if (Layer(name) is var (stack, layer)) last[stack] = Math.Max(layer, last.GetValueOrDefault(stack));
    }

    /// <summary>From 0 in the first layer of its stack to 1 in the last; null outside the layers. A stack of one layer is all first layer.</summary>
    public double? Of(string name) => Layer(name) is var (stack, layer) ? last[stack] == 0 ? 0 : (double)layer / last[stack] : null;

    static (string Stack, int Layer)? Layer(string name)
    {
        var parts = name.Split('.');
        for (var i = 1; i < parts.Length - 1; i++)
            if (int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var layer)) return (string.Join('.', parts[..i]), layer);
        return null;
    }
}
