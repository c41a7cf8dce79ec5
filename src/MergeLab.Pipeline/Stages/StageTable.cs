namespace MergeLab.Stages;

/// <summary>Every kind of stage.</summary>
public static class StageTable
{
    public static IReadOnlyList<IStageKind> All { get; } = [new VerifyStage(), new VectorsStage(), new MergeStage(), new EvaluateStage(), new ReportStage()];
}
