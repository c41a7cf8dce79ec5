namespace MergeLab.Evaluation.Tasks;

/// <summary>One row of a task: a text to answer freely, or with choices to pick one of.</summary>
/// <param name="Id">From the file, else the number of its line.</param>
/// <param name="Line">From 1.</param>
/// <param name="Input">What the model reads.</param>
/// <param name="References">Right answers; of a row with choices the right one alone.</param>
/// <param name="Choices">Null where the answer is free.</param>
public sealed record TaskRow(string Id, int Line, string Input, IReadOnlyList<string> References, IReadOnlyList<string>? Choices);
