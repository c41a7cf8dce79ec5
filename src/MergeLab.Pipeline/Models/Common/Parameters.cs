using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;

namespace MergeLab.Models.Common;

/// <summary>
/// The tensors of a model by their names in checkpoints, tied ones once, in float32 unless asked for in float64. They belong to no dispose scope and go with this object.
/// Frozen ones may lie in a mapped checkpoint, which must stay open and whose pages cannot be written; trainable ones are leaves with
/// gradients and memory of their own.
/// </summary>
public sealed class Parameters : IDisposable
{
    readonly SortedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
    readonly Dictionary<string, Linear> linears = new(StringComparer.Ordinal);
    readonly List<Tensor> factors = [];

    Parameters(bool trainable, ScalarType dtype) => (Trainable, DType) = (trainable, dtype);

    /// <summary>Whether they are leaves that an optimiser may move.</summary>
    public bool Trainable { get; }

    /// <summary>What a model computes in.</summary>
    public ScalarType DType { get; }

    /// <summary>In ordinal order.</summary>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>In the order of <see cref="Names"/>: what an optimiser takes.</summary>
    public IReadOnlyCollection<Tensor> Tensors => tensors.Values;

    public Tensor this[string name] => tensors[name];

    /// <summary>The same object at every call, so that terms added later take part.</summary>
    public Linear Linear(string name)
    {
        if (!linears.TryGetValue(name, out var linear)) linears.Add(name, linear = new Linear(tensors[name]));
        return linear;
    }

    /// <summary>
    /// Reads them from a checkpoint. LoRA of an <see cref="AdaptedModel"/> is kept as low-rank terms where <paramref name="factored"/> and
    /// it is nothing but linear LoRA on that tensor; every other change of an adapter is applied while reading.
    /// </summary>
    /// <param name="source">Must stay open while frozen parameters are used.</param>
    /// <param name="specs">What the architecture has. Stored tensors that are not named are not read.</param>
    /// <param name="device">Where the tensors lie.</param>
    /// <param name="trainable">Copies that require gradients, instead of views.</param>
    /// <param name="factored">Leave LoRA unmultiplied.</param>
    /// <param name="dtype">Float32, or Float64 for reference values: twice the memory and time.</param>
    /// <exception cref="ProblemException">A tensor is missing, or of another shape or kind.</exception>
    public static Parameters Load(WeightSource source, IEnumerable<ParameterSpec> specs, Device device, bool trainable = false, bool factored = false, ScalarType dtype = ScalarType.Float32)
    {
        var result = new Parameters(trainable, dtype);
        try
        {
            foreach (var spec in specs) result.Load(source, spec, device, factored);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>A new model's: each value is a function of seed, name and place alone, whatever else the model has.</summary>
    public static Parameters Initialise(IEnumerable<ParameterSpec> specs, ulong seed, Device device, bool trainable = true)
    {
        var result = new Parameters(trainable, ScalarType.Float32);
        foreach (var spec in specs)
        {
            using var values = empty(spec.Shape.ToArray(), ScalarType.Float32);
            new SeededValues(seed, spec.Name).FillNormal(values.data<float>().AsSpan(), spec.Mean, spec.Deviation);
            result.Add(spec.Name, values.to(device, copy: true));
        }
        return result;
    }

    /// <summary>Adds Scale·B·A to a matrix. The factors stay the caller's.</summary>
    public void Attach(string name, LowRankTerm term) => Linear(name).Add(term);

    public void Detach(string name, LowRankTerm term) => Linear(name).Remove(term);

    public void Dispose()
    {
        foreach (var tensor in tensors.Values.Concat(factors)) tensor.Dispose();
    }

    void Add(string name, Tensor tensor) => tensors.Add(name, tensor.DetachFromDisposeScope().requires_grad_(Trainable));

    void Load(WeightSource source, ParameterSpec spec, Device device, bool factored)
    {
        var stored = source.Find(spec.Name)
            ?? throw new ProblemException("the model lacks a tensor that its config asks for", new Place(source.Name, Tensor: spec.Name), remedy: "check that config.json and weights belong together");
        if (!stored.Shape.SequenceEqual(spec.Shape))
            throw new ProblemException($"the tensor is {stored.ShapeText}, and [{string.Join(", ", spec.Shape)}] by the config", PlaceOf(source, stored), remedy: "check that config.json and weights belong together");
        if (!stored.DType.IsFloat())
            throw new ProblemException($"the tensor is of type {stored.DType.Name()}", PlaceOf(source, stored), "weights must be F64, F32, F16 or BF16", "fetch the model in one of these types");
        if (factored && source is AdaptedModel adapted && adapted.Changes(spec.Name) && FactoredLora.Of(adapted, spec.Name) is { } lora)
        {
            Add(spec.Name, StoredWeights.Read(adapted.Base, spec.Name, device, Trainable, DType));
            foreach (var one in lora)
            {
                var (a, b) = (Factor(one.Module.ReadA(), one.Module.Rank, device), Factor(one.Module.ReadB(), (int)one.Module.Outputs, device));
                Attach(spec.Name, new LowRankTerm(a, b, one.Module.Scale));
            }
            return;
        }
        Add(spec.Name, StoredWeights.Read(source, spec.Name, device, Trainable, DType));
    }

    Tensor Factor(float[] values, int rows, Device device)
    {
        var factor = tensor(values, [rows, values.Length / rows], DType, device).DetachFromDisposeScope();
        factors.Add(factor);
        return factor;
    }

    static Place PlaceOf(WeightSource source, TensorSpec stored) => stored is TensorInfo info ? info.Place : new Place(source.Name, Tensor: stored.Name);
}
