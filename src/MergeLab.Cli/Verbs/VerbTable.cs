using MergeLab.Cli.Commands;

namespace MergeLab.Cli.Verbs;

/// <summary>Every verb, in the order help lists them.</summary>
static class VerbTable
{
    public static IEnumerable<Verb> All =>
    [
        MergeVerb.Create(),
        MedianVerb.Create(),
        ExtractLoraVerb.Create(),
        TokenizeVerb.Create(),
        DetokenizeVerb.Create(),
        InspectVerb.Create(),
        CompareVerb.Create(),
        InterferenceVerb.Create(),
        ScoreVerb.Create(),
        EvaluateVerb.Create(),
        ForwardVerb.Create(),
        GenerateVerb.Create(),
        RunVerb.Create(),
        PlanVerb.Create(),
        DiffVerb.Create(),
        AcceptVerb.Create(),
        ReportVerb.Create(),
        QueryVerb.Create(),
        GcVerb.Create(),
        DoctorVerb.Create(),
        ZooVerb.Create(),
        VerifyVerb.Create(),
    ];
}
