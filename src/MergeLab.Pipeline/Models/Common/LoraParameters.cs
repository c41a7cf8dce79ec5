using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;

namespace MergeLab.Models.Common;

/// <summary>
/// Trainable LoRA factors on some matrices of a frozen model: leaves with gradients, attached until <see cref="Dispose"/>.
/// They start as PEFT's: A uniform on ±1/√inputs (Kaiming with a = √5), B zero, so that the model is unchanged.
/// </summary>
public sealed class LoraParameters : IDisposable
{
    const string Suffix = ".weight";

    readonly Parameters model;
    readonly List<(string Module, LowRankTerm Term)> modules = [];
    readonly int rank;
    readonly double alpha;

    /// <param name="model">The parameters that the model computes with.</param>
    /// <param name="targets">As PEFT's target_modules: module paths, or their last parts (<c>q</c>, <c>v</c>).</param>
    /// <param name="rank">r, from 1.</param>
    /// <param name="alpha">lora_alpha; the update is (alpha/r)·B·A.</param>
    /// <param name="seed">Of A's values.</param>
    /// <exception cref="ProblemException">A target names no matrix of the model.</exception>
    public LoraParameters(Parameters model, IReadOnlyCollection<string> targets, int rank, double alpha, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        this.model = model;
        (this.rank, this.alpha) = (rank, alpha);
        foreach (var target in targets)
        {
            if (!model.Names.Any(n => Fits(n, target)))
                throw new ProblemException($"no matrix of the model is called '{target}'", remedy: "give ends of module paths, such as q, v or SelfAttention.q");
        }
        foreach (var name in model.Names.Where(n => targets.Any(t => Fits(n, t)))) Attach(name, seed);
    }

    /// <summary>A and B of each module in turn: what an optimiser takes.</summary>
    public IReadOnlyList<Tensor> Tensors => [.. modules.SelectMany(m => new[] { m.Term.A, m.Term.B })];

    /// <summary>Writes the factors as they are now, as PEFT loads them.</summary>
    /// <exception cref="ProblemException">The target exists, or the disk is too small.</exception>
    public void Save(string target, LoraAdapterOptions? options = null)
    {
        var terms = modules.ToDictionary(m => m.Module, m => m.Term, StringComparer.Ordinal);
        LoraShape[] shapes = [.. modules.Select(m => new LoraShape(m.Module, rank, alpha, m.Term.B.size(0), [m.Term.A.size(1)]))];
        LoraAdapterWriter.Write(target, shapes, shape => (Values(terms[shape.Module].A), Values(terms[shape.Module].B)), options);
    }

    public void Dispose()
    {
        foreach (var (module, term) in modules)
        {
            model.Detach(module + Suffix, term);
            term.A.Dispose();
            term.B.Dispose();
        }
        modules.Clear();
    }

    static float[] Values(Tensor factor)
    {
        using var scope = NewDisposeScope();
        var values = factor.detach().to(ScalarType.Float32, CPU).contiguous();
        return values.data<float>().ToArray();
    }

    bool Fits(string name, string target)
    {
        if (!name.EndsWith(Suffix, StringComparison.Ordinal) || model[name].dim() != 2) return false;
        var module = name.AsSpan()[..^Suffix.Length];
        return module.SequenceEqual(target) || (module.EndsWith(target, StringComparison.Ordinal) && module[^(target.Length + 1)] == '.');
    }

    void Attach(string name, ulong seed)
    {
        var module = name[..^Suffix.Length];
        var (outputs, inputs) = (model[name].size(0), model[name].size(1));
        using var start = empty([rank, inputs], ScalarType.Float32);
        new SeededValues(seed, $"{module}.lora_A{Suffix}").FillUniform(start.data<float>().AsSpan(), 1 / Math.Sqrt(inputs));
        var device = model[name].device;
        var a = start.to(model.DType, device, copy: true).DetachFromDisposeScope().requires_grad_();
        var b = zeros([outputs, rank], model.DType, device).DetachFromDisposeScope().requires_grad_();
        var term = new LowRankTerm(a, b, alpha / rank);
        model.Attach(name, term);
        modules.Add((module, term));
    }
}
