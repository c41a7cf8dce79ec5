using System.Globalization;
using MergeLab.Merging.Engine;
using MergeLab.Merging.LowRank;
using MergeLab.Merging.Methods.Elementwise;
using MergeLab.Merging.Methods.Masked;
using MergeLab.Merging.Methods.Median;
using MergeLab.Merging.Methods.Sparse;
using MergeLab.Merging.Methods.Spectral;
using MergeLab.Merging.Methods.Spherical;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods;

/// <summary>A parameter of a merging method.</summary>
/// <param name="Name">As recipes write it.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Default">As text, or null where there is none.</param>
/// <param name="Words">The words it may take; null for a number.</param>
/// <param name="PerModel">Given under a model rather than for the whole merge.</param>
/// <param name="OnlyWith">The <c>compat</c> mode without which it has no meaning.</param>
public sealed record MethodParameter(
    string Name, string Meaning, string? Default = null, IReadOnlyList<string>? Words = null, bool PerModel = false, string? OnlyWith = null)
{
    /// <summary>How task vectors of adapters are scaled.</summary>
    public static MethodParameter LoraScale { get; } = new(
        "lora_scale", "peft: task vectors are (alpha/r)·B·A, as PEFT applies them; none: B·A, as GeoMed's code takes them", "peft", ["peft", "none"]);

    /// <summary>Least value of a number.</summary>
    public double Least { get; init; } = double.MinValue;

    /// <summary>Greatest value of a number.</summary>
    public double Most { get; init; } = double.MaxValue;

    /// <summary>A number without a fraction.</summary>
    public bool Whole { get; init; }

    /// <summary>True or false.</summary>
    public bool Flag { get; init; }

    /// <summary>Another name that recipes may use for it.</summary>
    public string? Alias { get; init; }

    public bool IsNamed(string name) => name == Name || name == Alias;

    /// <summary>Has no default and may stay unset.</summary>
    public bool Optional { get; init; }

    /// <summary>A parameter that has no effect beside this one, so that both together are a mistake.</summary>
    public string? Replaces { get; init; }

    /// <summary>A value above <see cref="Most"/> has the effect of that: a little more is a slip to be told of, much more is refused.</summary>
    public bool Saturates { get; init; }

    /// <summary>The default with <c>compat: paper</c>, where it is another.</summary>
    public string? PaperDefault { get; init; }

    /// <summary>A default as a value: flag, word or number.</summary>
    public object ReadDefault(string text) => Flag ? text == "true" : Words is not null ? text : double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The value it has when nobody sets it; null where it has none or no meaning in this mode.</summary>
    public string? DefaultWith(string? compat) =>
        OnlyWith is not null && OnlyWith != compat ? null : compat == "paper" && PaperDefault is not null ? PaperDefault : Default;
}

/// <summary>What a method makes of a base model.</summary>
public enum BaseUse
{
    /// <summary>There is none.</summary>
    Refused,

    /// <summary>Task vectors where there is one, weights where not.</summary>
    Optional,

    /// <summary>Task vectors are differences from it.</summary>
    Required,
}

/// <summary>A merging method: what recipes, validation, documentation and reports know of it.</summary>
/// <param name="Name">As recipes write it.</param>
/// <param name="Title">As people say it.</param>
/// <param name="Source">Where it was published.</param>
/// <param name="Parameters">What can be set.</param>
/// <param name="Compat">Published behaviours that can be asked for in place of the exact one.</param>
public sealed record Method(string Name, string Title, string Source, IReadOnlyList<MethodParameter> Parameters, IReadOnlyList<string> Compat)
{
    /// <summary>What the method makes of a base model.</summary>
    public BaseUse Base { get; init; } = BaseUse.Required;

    /// <summary>A base model is one more model among the others: it is averaged in, and what models require it requires.</summary>
    public bool CountsBase { get; init; }

    /// <summary>With <c>compat: mergekit</c> the result of 16-bit inputs is written in float32, as theirs comes out.</summary>
    public bool WidensInMergekit { get; init; }

    /// <summary>Chooses which elements of a task vector it keeps, so that recorded masks may stand in for the choice.</summary>
    public bool TakesMasks { get; init; }

    /// <summary>Computes with libtorch on whole matrices: holds them in memory, and its last bits are those of the numeric runtime.</summary>
    public bool NeedsLinearAlgebra { get; init; }

    /// <summary>Fewest models, the base not counted.</summary>
    public int LeastModels { get; init; } = 1;

    /// <summary>Most models, the base not counted.</summary>
    public int MostModels { get; init; } = int.MaxValue;

    /// <summary>Refuses settings of a tensor that do not go together, before anything is merged.</summary>
    public Action<TensorMerge>? Check { get; init; }

    /// <summary>Merges weights of any origin; null where the method exists for adapters alone.</summary>
    public Func<IMergeMethod>? Dense { get; init; }

    /// <summary>Merges LoRA adapters in factor space, so that the result may be written as an adapter; null where it is no low-rank change.</summary>
    public Func<ILowRankMethod>? LowRank { get; init; }
}

/// <summary>Every method there is.</summary>
public static class MethodTable
{
    public static Method Average { get; } = new("average", "Average of task vectors", "-", [MethodParameter.LoraScale], ["fusionbench"]) { Base = BaseUse.Optional, Dense = () => new Average(), LowRank = WeightedSum.Average };

    public static Method GeometricMedian { get; } = new(
        "geometric_median", "Geometric median of task vectors (GeoMed)", "Geometric Median of Task Vectors, LLM Merging Competition at NeurIPS 2024",
        [
            new("granularity", "what is one point: each matrix, all matrices of a module, or the whole model", "matrix", ["matrix", "module", "model"]),
            MethodParameter.LoraScale with { PaperDefault = "none" },
            new("weight", "weight of a model's point", "1", PerModel: true) { Least = 0, Most = 1e100 },
            new("epsilon", "stop once a Weiszfeld step is shorter than this", "1e-8", OnlyWith: "paper") { Least = 0, Most = 1 },
            new("max_iterations", "limit of Weiszfeld steps", "300", OnlyWith: "paper") { Least = 1, Most = 1_000_000, Whole = true },
        ],
        ["paper"])
    { Dense = () => new DenseGeometricMedian(), LowRank = () => new MedianOfAdapters() };

    public static IReadOnlyList<Method> All { get; } =
        [Average, GeometricMedian, .. ElementwiseMethods.All, .. SparseMethods.All, .. SphericalMethods.All, .. StatisticalMethods.All, .. SpectralMethods.All, .. MaskedMethods.All];

    public static Method? Find(string name) => All.FirstOrDefault(m => m.Name == name);
}
