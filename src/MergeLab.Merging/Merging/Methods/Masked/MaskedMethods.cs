namespace MergeLab.Merging.Methods.Masked;

/// <summary>Rows of the method table: one shared task vector, and a mask for each task to take its own model out of it.</summary>
public static class MaskedMethods
{
    public static IReadOnlyList<Method> All { get; } =
    [
        new("emr", "Elect, mask and rescale", "EMR-Merging, NeurIPS 2024",
            [new("task", "write this task's model, counted from 1 in the order of the models; without it, the unified model") { Least = 1, Whole = true, Optional = true }],
            ["fusionbench"]) { Dense = () => new Emr() },
    ];
}
