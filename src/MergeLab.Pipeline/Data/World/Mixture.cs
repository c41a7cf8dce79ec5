namespace MergeLab.Data.World;

/// <summary>
/// What the base is trained on: every task family in several wordings, the parts of the held-out task in other combinations, and span
/// denoising over the world's texts, by the weights in <see cref="TaskTable"/>. Never a text that some task is tested on under its own name.
/// </summary>
public sealed class Mixture(ulong seed) : IExampleSource
{
    public const int DenoisingWeight = 18;

    readonly (WorldTask? Task, int Weight)[] _parts =
        [.. TaskTable.All.Concat(TaskTable.BaseOnly).Select(t => ((WorldTask?)t, t.BaseWeight)), (null, DenoisingWeight)];

    /// <summary>Name and share of each source, in thousandths of all draws.</summary>
    public IEnumerable<(string Name, int Thousandths)> Shares => _parts.Select(p => (p.Task?.Name ?? Denoising.Name, p.Weight * 1000 / Total));

    int Total => _parts.Sum(p => p.Weight);

    public string Name => "base";

    /// <summary>The training example at <paramref name="index"/>; the same for every caller, in any order.</summary>
    public Example Get(long index)
    {
        var left = new CounterRandom(seed, "mixture", Split.Train, index).Below(Total);
        foreach (var (task, weight) in _parts)
        {
            if (left < weight) return task?.GetForBase(seed, index) ?? Denoising.Get(seed, index);
            left -= weight;
        }
        throw new InvalidOperationException("weights sum to less than their total");
    }
}
