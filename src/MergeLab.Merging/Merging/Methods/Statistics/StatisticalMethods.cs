namespace MergeLab.Merging.Methods.Statistics;

/// <summary>Rows of the method table: elements chosen by statistics of a whole tensor.</summary>
public static class StatisticalMethods
{
    public static IReadOnlyList<Method> All { get; } =
    [
        new("sce", "Select by variance, calculate weights, erase the minority sign", "FuseChat, 2024",
            [
                new("select_topk", "share of the elements, of those that vary between models, that is kept", "1") { Least = 0, Most = 1 },
                new("int8_mask", "accepted for mergekit's recipes; changes nothing", "false") { Flag = true },
            ],
            ["mergekit"]) { Dense = () => new Sce() },

        new("arcee_fusion", "Take over the other model's important changes", "mergekit", [], ["mergekit"]) { MostModels = 1, WidensInMergekit = true, Dense = () => new ArceeFusion() },
    ];
}
