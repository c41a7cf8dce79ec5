namespace MergeLab.Merging.Methods.Elementwise;

/// <summary>Rows of the method table: one element of the result from the same element of each input.</summary>
public static class ElementwiseMethods
{
    public static IReadOnlyList<Method> All { get; } =
    [
        new("linear", "Weighted average of weights", "Model Soups, ICML 2022",
            [
                new("weight", "weight of the model", PerModel: true),
                new("normalize", "divide by the sum of the weights", "true") { Flag = true },
            ],
            ["mergekit"]) { Base = BaseUse.Optional, CountsBase = true, Dense = () => new Linear() },
    ];
}
