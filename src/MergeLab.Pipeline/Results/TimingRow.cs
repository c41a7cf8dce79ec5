namespace MergeLab.Results;

/// <summary>What one stage took in the last run. A row of <c>timings.parquet</c>, which alone holds what differs from run to run.</summary>
/// <param name="State">ran, cached, failed, skipped.</param>
/// <param name="Seconds">Wall clock; of the run that filled the cache where the stage was cached.</param>
/// <param name="Bytes">Of its output.</param>
/// <param name="PeakMemory">In bytes, where it was measured.</param>
public sealed record TimingRow(string Experiment, string Stage, string Kind, string StageKey, string State, double Seconds, long Bytes, long? PeakMemory);
