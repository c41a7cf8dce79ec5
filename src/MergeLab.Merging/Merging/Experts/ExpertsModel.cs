using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Output;

namespace MergeLab.Merging.Experts;

/// <summary>
/// A Mixtral out of models of LLaMA's form, computed as it is read: everything but the feed-forward layers from the base, those stacked
/// from the experts (<c>mlp.experts.gate_up_proj</c> [experts, 2·inner, hidden], <c>mlp.experts.down_proj</c> [experts, hidden, inner]),
/// and a random router (<c>mlp.gate.weight</c> [experts, hidden]).
/// </summary>
public sealed class ExpertsModel : WeightSource
{
    const string Gate = "gate_proj.weight", Up = "up_proj.weight", Down = "down_proj.weight";

    readonly ExpertsRecipe recipe;
    readonly Checkpoint model;
    readonly IReadOnlyList<Checkpoint> experts;
    readonly ulong seed;
    readonly Dictionary<string, TensorSpec> specs;

    /// <param name="recipe">What to build.</param>
    /// <param name="model">The base; disposed with this.</param>
    /// <param name="experts">In the recipe's order; disposed with this.</param>
    /// <param name="seed">Of the router and of noise.</param>
    /// <exception cref="ProblemException">A model that is not of LLaMA's form, or of another shape than the base.</exception>
    public ExpertsModel(ExpertsRecipe recipe, Checkpoint model, IReadOnlyList<Checkpoint> experts, ulong seed)
    {
        (this.recipe, this.model, this.experts, this.seed) = (recipe, model, experts, seed);
        Tensors = [.. model.Tensors.SelectMany(Outputs).OrderBy(t => t.Name, StringComparer.Ordinal)];
        specs = Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        if (!Tensors.Any(t => t.Name.EndsWith("mlp.gate.weight", StringComparison.Ordinal)))
            throw new ProblemException("no feed-forward layers of LLaMA's form", new Place(model.Name), "experts are made of mlp.gate_proj, mlp.up_proj and mlp.down_proj", "give models of the LLaMA or Mistral family");
    }

    /// <summary>Opens what a recipe names.</summary>
    public static ExpertsModel Open(ExpertsRecipe recipe, Func<string, string> resolve, ulong seed)
    {
        var opened = new List<Checkpoint>();
        try
        {
            opened.Add(Checkpoint.Open(resolve(recipe.Base.Model)));
            foreach (var expert in recipe.Experts) opened.Add(Checkpoint.Open(resolve(expert.Model.Model)));
            return new ExpertsModel(recipe, opened[0], opened[1..], seed);
        }
        catch
        {
            foreach (var checkpoint in opened) checkpoint.Dispose();
            throw;
        }
    }

    public override string Name => model.Name;

    public override IReadOnlyList<TensorSpec> Tensors { get; }

    public override ModelConfig? Config => model.Config;

    /// <summary>Folder of the base, whose tokenizer goes along.</summary>
    public string? Folder => model.Folder;

    /// <summary>Folders of all models that are read.</summary>
    public IReadOnlyList<string> Folders => [.. experts.Prepend(model).Select(m => m.Folder ?? m.Name)];

    /// <summary>What writing it takes.</summary>
    /// <param name="threads">That write.</param>
    public MergePlan Plan(int threads)
    {
        const long Block = 8L << 20; // what a thread holds on the way out
        var read = model.Tensors.Sum(t => IsFeedForward(t.Name) ? experts.Sum(e => e.Find(t.Name)!.Bytes) : t.Bytes);
        return new MergePlan(Tensors, Tensors.Count(t => model.Find(t.Name) is null), false, read, Tensors.Sum(t => t.Bytes), threads * Block);
    }

    public override TensorSpec? Find(string name) => specs.GetValueOrDefault(name);

    public override TensorReader Reader(string name)
    {
        var spec = specs[name];
        if (Layer(name, "mlp.gate.weight") is not null) return new RandomRouter(spec, recipe.Router, new NormalDraws(Draws("router", name)), Draws("router", name));
        if (Layer(name, "mlp.experts.down_proj") is { } down)
            return new StackedTensors(spec, [.. experts.Select((_, e) => Part(e, $"{down}mlp.{Down}", spec.DType, recipe.Experts[e].ResidualScale))]);
        if (Layer(name, "mlp.experts.gate_up_proj") is { } up)
            return new StackedTensors(spec, [.. experts.SelectMany((_, e) => new[] { Part(e, $"{up}mlp.{Gate}", spec.DType, 1), Part(e, $"{up}mlp.{Up}", spec.DType, 1) })]);
        var reader = model.Reader(name);
        return reader.Tensor.DType == spec.DType ? reader : new ExpertMatrix(reader, spec.DType, 1, 0, default);
    }

    /// <summary>The stored tensors that one of the result is made of; none for a router.</summary>
    public IEnumerable<TensorReader> Inputs(string name)
    {
        if (Layer(name, "mlp.gate.weight") is not null) return [];
        if (Layer(name, "mlp.experts.down_proj") is { } down) return experts.Select(e => e.Reader($"{down}mlp.{Down}"));
        if (Layer(name, "mlp.experts.gate_up_proj") is { } up) return experts.SelectMany(e => new[] { e.Reader($"{up}mlp.{Gate}"), e.Reader($"{up}mlp.{Up}") });
        return [model.Reader(name)];
    }

    ExpertMatrix Part(int expert, string name, DType type, double scale) =>
        new(experts[expert].Reader(name), type, scale, recipe.Experts[expert].NoiseScale, new NormalDraws(Draws($"expert {expert}", name)));

    CounterRandom Draws(string what, string tensor) => CounterRandom.For(seed, what, tensor);

    static bool IsFeedForward(string name) => new[] { Gate, Up, Down }.Any(m => Layer(name, $"mlp.{m}") is not null);

    static string? Layer(string name, string ending) => name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : null;

    IEnumerable<TensorSpec> Outputs(TensorSpec tensor)
    {
        var type = tensor.DType.IsFloat() ? recipe.DType ?? tensor.DType : tensor.DType;
        if (Layer(tensor.Name, $"mlp.{Up}") is not null) yield break;
        if (Layer(tensor.Name, $"mlp.{Gate}") is { } layer)
        {
            var (inner, hidden) = Matrix(tensor);
            CheckExperts(tensor);
            CheckExperts(model.Find($"{layer}mlp.{Up}") ?? throw Lacks(model, $"{layer}mlp.{Up}"));
            yield return new($"{layer}mlp.experts.gate_up_proj", type, [experts.Count, 2 * inner, hidden]);
            yield return new($"{layer}mlp.gate.weight", type, [experts.Count, hidden]);
        }
        else if (Layer(tensor.Name, $"mlp.{Down}") is { } lower)
        {
            var (hidden, inner) = Matrix(tensor);
            CheckExperts(tensor);
            yield return new($"{lower}mlp.experts.down_proj", type, [experts.Count, hidden, inner]);
        }
        else
        {
            yield return new TensorSpec(tensor.Name, type, tensor.Shape);
        }
    }

    (long, long) Matrix(TensorSpec tensor) => tensor.Shape is [var rows, var columns] ? (rows, columns)
        : throw new ProblemException($"not a matrix: {tensor.ShapeText}", new Place(model.Name, Tensor: tensor.Name));

    void CheckExperts(TensorSpec tensor)
    {
        foreach (var expert in experts)
        {
            var own = expert.Find(tensor.Name) ?? throw Lacks(expert, tensor.Name);
            if (!own.Shape.SequenceEqual(tensor.Shape))
                throw new ProblemException("an expert has another shape than the base", new Place(expert.Name, Tensor: tensor.Name), $"{own.ShapeText}, the base {tensor.ShapeText}", "take experts of the base's size");
        }
    }

    static ProblemException Lacks(Checkpoint of, string tensor) =>
        new("a model lacks a feed-forward matrix", new Place(of.Name, Tensor: tensor), "the others have it", "take models of one family and depth");

    protected override void Dispose(bool disposing)
    {
        model.Dispose();
        foreach (var expert in experts) expert.Dispose();
    }
}
