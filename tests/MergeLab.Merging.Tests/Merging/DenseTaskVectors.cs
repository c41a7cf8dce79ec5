using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Tests.Checkpoints;

namespace MergeLab.Merging.Tests.Merging;

/// <summary>Task vectors multiplied out in float64 by three plain loops: slow, and sharing nothing with what it checks but the reader.</summary>
static class DenseTaskVectors
{
    /// <summary>For each tensor one vector a model, of zeros where the adapter leaves it alone.</summary>
    public static SortedDictionary<string, double[][]> Of(Checkpoint model, string[] cases, bool scaled)
    {
        var all = new SortedDictionary<string, double[][]>(StringComparer.Ordinal);
        for (var i = 0; i < cases.Length; i++)
        {
            using var adapter = PeftAdapter.Open(Path.Combine(AdapterGoldens.Case(cases[i]), "adapter"));
            foreach (var module in adapter.Lora)
            {
                var tensor = model.Find(module.Path + ".weight")!;
                if (!all.TryGetValue(tensor.Name, out var vectors))
                    all.Add(tensor.Name, vectors = [.. cases.Select(_ => new double[tensor.Count])]);
                var (a, b) = (module.ReadA(), module.ReadB());
                for (var row = 0; row < module.Outputs; row++)
                    for (var column = 0; column < module.Inputs; column++)
                        for (var k = 0; k < module.Rank; k++)
                            vectors[i][row * module.Inputs + column] += (scaled ? module.Scale : 1) * b[row * module.Rank + k] * a[k * module.Inputs + column];
            }
        }
        return all;
    }
}
