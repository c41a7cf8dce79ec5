namespace MergeLab.Models.Training;

/// <summary>Where a training stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps there will be, unless it stops early.</param>
/// <param name="Loss">Mean training loss since the last report.</param>
/// <param name="ValidationLoss">The last one measured; NaN before that.</param>
/// <param name="Left">Time until the last step at the speed of this run.</param>
public sealed record TrainingProgress(int Step, int Steps, double Loss, double ValidationLoss, TimeSpan Left);

/// <summary>How a training ended.</summary>
/// <param name="Steps">Steps done.</param>
/// <param name="Loss">Mean training loss of the last interval of reports.</param>
/// <param name="BestStep">After which the result's weights were taken.</param>
/// <param name="ValidationLoss">Of the result; NaN without validation.</param>
/// <param name="StartLoss">Validation loss before the first step; NaN without validation.</param>
/// <param name="Resumed">Whether a checkpoint of an earlier run was taken up.</param>
public sealed record TrainingOutcome(int Steps, double Loss, int BestStep, double ValidationLoss, double StartLoss, bool Resumed);
