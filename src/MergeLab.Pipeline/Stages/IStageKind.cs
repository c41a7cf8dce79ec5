using MergeLab.Experiments;

namespace MergeLab.Stages;

/// <summary>What a kind of stage does. Implementations hold no state.</summary>
public interface IStageKind
{
    /// <summary>verify, vectors, merge, evaluate, report.</summary>
    string Name { get; }

    /// <summary>Raised by hand when results change for equal inputs.</summary>
    int CodeVersion { get; }

    /// <summary>Whether results depend on the numeric runtime (libtorch, BLAS kernels), which is then part of the key.</summary>
    bool IsNumeric(StageNode node);

    /// <summary>Whether its failure makes all other work worthless: it then goes before everything else that is ready.</summary>
    bool GoesFirst => false;

    /// <summary>Memory the stage may take, in bytes, for scheduling within a budget.</summary>
    long EstimateMemory(StageNode node);

    /// <summary>Fills <see cref="StageContext.Output"/>. Equal inputs give equal bytes, whatever the number of threads.</summary>
    void Run(StageContext context);
}

/// <summary>What a running stage is given.</summary>
/// <param name="Node">The stage.</param>
/// <param name="Output">An empty folder to fill.</param>
/// <param name="Inputs">Output folders of the needed stages, by role.</param>
/// <param name="Threads">Threads it may use.</param>
/// <param name="Progress">Told a share of the work between 0 and 1.</param>
/// <param name="Key">The key under which the output will be published.</param>
/// <param name="Cancellation">Stops early; what is in the output folder is thrown away.</param>
public sealed record StageContext(
    StageNode Node, string Output, IReadOnlyDictionary<string, string> Inputs, int Threads, Action<double> Progress, string Key, CancellationToken Cancellation);
