namespace MergeLab.Execution;

/// <summary>What stages that run at the same time may use together.</summary>
/// <param name="Cores">Stages at once, each of one thread.</param>
/// <param name="Memory">Bytes, by the stages' own estimates.</param>
public sealed record Budget(int Cores, long Memory)
{
    /// <summary>All cores and memory that this process may use.</summary>
    public static Budget Here { get; } = new(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
