using System.Collections.Concurrent;
using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>
/// Query, key and value as one matrix or as three, whichever way they are stored: a truncation of one stacked matrix is another than three
/// truncations. Asked for by the parameter <c>qkv</c>.
/// </summary>
sealed class AttentionMatrices
{
    static readonly string[] FusedNames = ["in_proj_weight", "qkv.weight", "qkv_proj.weight", "Wqkv.weight", "c_attn.weight"];
    static readonly string[][] SeparateNames = [["q_proj", "k_proj", "v_proj"], ["query", "key", "value"], ["q", "k", "v"]];

    readonly ConcurrentDictionary<string, Lazy<Group>> groups = new(StringComparer.Ordinal);

    /// <summary>Merged rows of a fused matrix, and how many of its three parts were handed out.</summary>
    sealed class Group(double[] merged)
    {
        public double[] Merged => merged;

        public int Taken;
    }

    /// <param name="tensor">The matrix to merge.</param>
    /// <param name="run">Where its siblings are.</param>
    /// <param name="merge">Merges stacked tensors, or a block of one.</param>
    /// <returns>The merged matrix, row-major.</returns>
    public double[] Merge(TensorMerge tensor, MergeRun run, Func<IReadOnlyList<TensorMerge>, MatrixBlock?, double[]> merge)
    {
        var mode = tensor.Settings.Has("qkv") ? tensor.Settings.Word("qkv") : "stored";
        if (mode == "split" && Parts(tensor) is { } parts) return Assemble(tensor, parts, [.. parts.Select(p => merge([tensor], p))]);
        if (mode == "fused" && Siblings(tensor, run) is { } siblings) return Rows(tensor, siblings, merge);
        return merge([tensor], null);
    }

    /// <summary>The three blocks of a fused matrix: below each other, or beside each other where the weight is stored transposed.</summary>
    static MatrixBlock[]? Parts(TensorMerge tensor)
    {
        var shape = tensor.Output.Shape;
        if (shape.Count != 2 || !FusedNames.Any(n => tensor.Output.Name.EndsWith(n, StringComparison.Ordinal))) return null;
        var (rows, columns) = (shape[0], shape[1]);
        if (rows > columns && rows % 3 == 0) return [.. Enumerable.Range(0, 3).Select(i => new MatrixBlock(i * rows / 3, rows / 3, 0, columns))];
        if (columns > rows && columns % 3 == 0) return [.. Enumerable.Range(0, 3).Select(i => new MatrixBlock(0, rows, i * columns / 3, columns / 3))];
        return null;
    }

    static double[] Assemble(TensorMerge tensor, MatrixBlock[] parts, double[][] merged)
    {
        var columns = tensor.Output.Shape[1];
        var whole = new double[tensor.Output.Count];
        for (var i = 0; i < parts.Length; i++)
            for (var row = 0L; row < parts[i].Rows; row++)
                Array.Copy(merged[i], row * parts[i].Columns, whole, (parts[i].FirstRow + row) * columns + parts[i].FirstColumn, parts[i].Columns);
        return whole;
    }

    /// <summary>Query, key and value beside each other in one module; null where the tensor is none of them or one is missing.</summary>
    static List<TensorMerge>? Siblings(TensorMerge tensor, MergeRun run)
    {
        const string suffix = ".weight";
        var name = tensor.Output.Name;
        if (!name.EndsWith(suffix, StringComparison.Ordinal)) return null;
        var module = name[..^suffix.Length];
        var dot = module.LastIndexOf('.') + 1;
        if (SeparateNames.FirstOrDefault(n => n.Contains(module[dot..])) is not { } names) return null;
        var found = names.Select(n => run.Tensors.FirstOrDefault(t => t.Output.Name == module[..dot] + n + suffix)).OfType<TensorMerge>().ToList();
        return found.Count == 3 && found.TrueForAll(t => t.Output.Shape.Count == 2 && t.Output.Shape[1] == tensor.Output.Shape[1]) ? found : null;
    }

    double[] Rows(TensorMerge tensor, List<TensorMerge> siblings, Func<IReadOnlyList<TensorMerge>, MatrixBlock?, double[]> merge)
    {
        var key = siblings[0].Output.Name;
        var group = groups.GetOrAdd(key, _ => new Lazy<Group>(() => new Group(merge(siblings, null)))).Value;
        var first = siblings.TakeWhile(s => s != tensor).Sum(s => s.Output.Count);
        var rows = group.Merged.AsSpan((int)first, (int)tensor.Output.Count).ToArray();
        if (Interlocked.Increment(ref group.Taken) == siblings.Count) groups.TryRemove(key, out _);
        return rows;
    }
}
