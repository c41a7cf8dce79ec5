namespace MergeLab.Experiments.Graph;

/// <summary>Names of the kinds of stages, as ids and nodes have them.</summary>
public static class StageKinds
{
    public const string Verify = "verify", Vectors = "vectors", Merge = "merge", Evaluate = "evaluate", Report = "report";
}

/// <summary>The roles of a stage's files and needs. Roles are part of keys, hence without the names an experiment gives.</summary>
public static class StageRoles
{
    public const string Base = "base", Adapter = "adapter", Data = "data", Merge = "merge";

    public static string AdapterAt(int index) => $"adapter/{index}";

    public static string DataAt(int index) => $"data/{index}";

    public static string ModelAt(int index) => $"model/{index}";

    public static string MergeAt(int index) => $"merge/{index}";

    public static string EvaluateAt(int index) => $"evaluate/{index}";
}
