using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.Methods.Spectral;

namespace MergeLab.Merging.LowRank;

/// <summary>
/// A fine-tuned model as a LoRA adapter of its base: the best low-rank approximation of each weight's change, by an exact truncated singular
/// value decomposition in float64. What is no matrix, and embeddings unless asked otherwise, are saved whole, so that nothing is lost in silence.
/// </summary>
public static class LoraExtraction
{
    const string Prefix = "base_model.model.";

    /// <param name="basePath">Folder or file of the base.</param>
    /// <param name="tunedPath">Folder or file of the fine-tune.</param>
    /// <param name="target">The adapter folder to appear.</param>
    /// <param name="options">What is extracted.</param>
    /// <param name="finished">Told the name of each decomposed module, from any thread.</param>
    /// <param name="cancellation">Leaves nothing behind.</param>
    /// <exception cref="ProblemException">Models that do not fit together, nothing to extract, the target exists.</exception>
    public static ExtractionRecord Run(string basePath, string tunedPath, string target, ExtractionOptions options, Action<string>? finished, CancellationToken cancellation)
    {
        using var basis = Checkpoint.Open(basePath);
        using var tuned = Checkpoint.Open(tunedPath);
        ReplacedInputs.Refuse(target, [basePath, tunedPath]);
        FolderTransaction.CheckTarget(target, options.Overwrite);
        var plan = new ExtractionPlan(basis, tuned, options);
        var factors = new (MergedFactors? Pair, double Energy)[plan.Decomposed.Count];
        // The adapter is small beside the models: its factors are held until all ranks, and with them the file's layout, are known.
        Parallel.For(0, factors.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation }, i =>
        {
            factors[i] = Decompose(plan.Decomposed[i], basis, tuned, options);
            finished?.Invoke(plan.Decomposed[i].Module);
        });
        var found = plan.Decomposed.Select((d, i) => (Part: d, factors[i].Pair, factors[i].Energy)).Where(p => p.Pair is not null).ToDictionary(p => p.Part.Module, StringComparer.Ordinal);
        if (found.Count == 0)
            throw new ProblemException("there is nothing to extract", new Place(tunedPath), "no matrix that is taken differs from the base", "check the models, and the include, exclude and sv-epsilon options");
        Write(target, plan, found.Values.Select(p => (p.Part, p.Pair!)).ToDictionary(p => p.Part.Module, StringComparer.Ordinal), basis, tuned, options, basePath);
        return new ExtractionRecord(
            [.. found.Values.Select(p => new ExtractedModule(p.Part.Module, p.Pair!.Rank, p.Energy))],
            [.. plan.Saved.Select(t => t.Name)],
            [.. plan.Decomposed.Where(d => !found.ContainsKey(d.Module)).Select(d => d.Module)],
            plan.Skipped);
    }

    static (MergedFactors?, double) Decompose(Decomposed part, Checkpoint basis, Checkpoint tuned, ExtractionOptions options)
    {
        using var scope = NewDisposeScope();
        var change = Values(tuned, part.Tensor).sub_(Values(basis, part.Tensor));
        var total = change.square().sum().item<double>();
        if (total == 0) return (null, 1);
        if (!double.IsFinite(total)) throw new ProblemException("the change of a weight is not finite", new Place(tuned.Name, Tensor: part.Tensor.Name), "base or fine-tune hold NaN or infinity", "repair the model, or leave the module out with --exclude-regex");
        var (u, s, vt) = Spectrum.Leading(change, Math.Min(options.MaxRank, Spectrum.Side(change)));
        var values = s.data<double>().ToArray();
        var rank = values.TakeWhile(v => v > options.SingularEpsilon || options.SingularEpsilon <= 0).Count();
        if (options.Energy is { } energy) rank = Math.Min(rank, Enough(values, energy * total));
        if (rank == 0) return (null, 0);
        var left = u.narrow(1, 0, rank);
        var right = vt.narrow(0, 0, rank);
        var kept = s.narrow(0, 0, rank);
        if (options.DistributeScale) (left, right) = (left.mul(kept.sqrt()), right.mul(kept.sqrt().unsqueeze(1)));
        // The singular values go to A, wherever it lies against the weight.
        else if (part.Layout == WeightLayout.Direct) right = right.mul(kept.unsqueeze(1));
        else left = left.mul(kept);
        return (new FactorPair(left, right).ToModule(part.Layout, rank), values.Take(rank).Sum(v => v * v) / total);
    }

    static int Enough(double[] values, double wanted)
    {
        var sum = 0.0;
        for (var k = 0; k < values.Length; k++)
            if ((sum += values[k] * values[k]) >= wanted) return k + 1;
        return values.Length;
    }

    static Tensor Values(Checkpoint model, TensorSpec tensor)
    {
        var values = empty([tensor.Shape[0], tensor.Count / tensor.Shape[0]], ScalarType.Float64);
        model.Reader(tensor.Name).Read(0, values.data<double>().AsSpan());
        return values;
    }

    static void Write(
        string target, ExtractionPlan plan, IReadOnlyDictionary<string, (Decomposed Part, MergedFactors Pair)> found, Checkpoint basis, Checkpoint tuned, ExtractionOptions options, string basePath)
    {
        var saved = plan.Saved.Select(t => Whole(t, Prefix + t.Name, tuned)).ToList();
        var biases = found.Values.Select(f => f.Part).Where(p => p.Bias is not null && Differ(basis, tuned, p.Bias.Name))
            .Select(p => Whole(p.Bias!, $"{Prefix}{p.Module}.base_layer.bias", tuned)).ToList();
        LoraAdapterWriter.Write(target, [.. found.Values.Select(f => Shape(f.Part, f.Pair.Rank))], shape => (found[shape.Module].Pair.A, found[shape.Module].Pair.B), new LoraAdapterOptions
        {
            BaseModel = options.BaseName ?? basePath,
            TaskType = TaskOf(tuned.Config),
            FanInFanOut = found.Values.Any(f => f.Part is { Form: LoraForm.Linear, Layout: WeightLayout.Transposed }),
            DType = options.DType,
            Overwrite = options.Overwrite,
            Saved = [.. saved, .. biases],
            HasBiases = biases.Count > 0,
            ModulesToSave = [.. plan.Saved.Select(t => t.Name[..t.Name.LastIndexOf('.')]).Distinct()],
        });
    }

    static SavedTensor Whole(TensorSpec tensor, string name, Checkpoint tuned) => new(tensor with { Name = name }, () =>
    {
        var values = new float[tensor.Count];
        tuned.Reader(tensor.Name).Read(0, values.AsSpan());
        return values;
    });

    static bool Differ(Checkpoint basis, Checkpoint tuned, string name)
    {
        var (x, y) = (new double[basis.Find(name)!.Count], new double[basis.Find(name)!.Count]);
        basis.Reader(name).Read(0, x.AsSpan());
        tuned.Reader(name).Read(0, y.AsSpan());
        return !x.AsSpan().SequenceEqual(y);
    }

    static LoraShape Shape(Decomposed part, int rank)
    {
        var (outputs, inputs) = part.Layout == WeightLayout.Direct ? (part.Tensor.Shape[0], part.Tensor.Shape[1]) : (part.Tensor.Shape[1], part.Tensor.Shape[0]);
        return new LoraShape(part.Module, rank, rank, outputs, [inputs]) { Form = part.Form };
    }

    /// <summary>PEFT's task type, from the name of the model's class.</summary>
    static string? TaskOf(ModelConfig? config)
    {
        var name = config is not null && config.GetTexts("architectures") is [var first, ..] ? first : "";
        return name switch
        {
            _ when name.EndsWith("ForCausalLM", StringComparison.Ordinal) || name.EndsWith("LMHeadModel", StringComparison.Ordinal) => "CAUSAL_LM",
            _ when name.EndsWith("ForConditionalGeneration", StringComparison.Ordinal) => "SEQ_2_SEQ_LM",
            _ when name.EndsWith("ForSequenceClassification", StringComparison.Ordinal) => "SEQ_CLS",
            _ when name.EndsWith("ForTokenClassification", StringComparison.Ordinal) => "TOKEN_CLS",
            _ when name.EndsWith("ForQuestionAnswering", StringComparison.Ordinal) => "QUESTION_ANS",
            _ => null,
        };
    }
}
