using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Numerics;
using MergeLab.Merging.Draws;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>A merge of tensors in memory, through the real engine: what a planner would make of a recipe, put together by hand.</summary>
sealed class ArrayMerge : ITensorSink
{
    readonly Dictionary<string, byte[]> written = new(StringComparer.Ordinal);

    public required string Method { get; init; }

    /// <summary>Models beside the base: tensors by name.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, ArrayTensor>> Models { get; init; }

    public IReadOnlyDictionary<string, ArrayTensor>? Base { get; init; }

    /// <summary>Whether the base takes part as one more input.</summary>
    public bool CountBase { get; init; } = true;

    /// <summary>Shared parameters that are set: a number, a flag or a word.</summary>
    public Dictionary<string, object> Parameters { get; init; } = [];

    /// <summary>Per-model parameters that are set, one entry a model.</summary>
    public Dictionary<string, double[]> PerModel { get; init; } = [];

    /// <summary>Per-model parameters of certain tensors, in place of the others.</summary>
    public Func<string, string, int, double?> Override { get; init; } = (_, _, _) => null;

    public string? Compat { get; init; }
    public DType? OutputType { get; init; }
    public ulong Seed { get; init; }
    public int Threads { get; init; } = 2;
    public IKeepMasks? Masks { get; init; }

    public MergeRun? Run { get; private set; }

    Method Row => MethodTable.Find(Method) ?? throw new KeyNotFoundException(Method);

    public static string Name(int model) => $"models/m{model}";

    public MergeRun Plan() => Run = new MergeRun
    {
        Tensors = [.. (Base ?? Models[0]).Keys.Select(Plan)],
        Models = [.. Models.Select((_, i) => Name(i)), .. Base is null ? Array.Empty<string>() : ["models/base"]],
        Compat = Compat,
        Seed = Seed,
        Masks = Masks,
        Threads = Threads,
    };

    /// <summary>Merges everything; the results by name, widened to double.</summary>
    public Dictionary<string, double[]> Merge()
    {
        MergeEngine.Run(Row.Dense!(), Plan(), this, null);
        return Run!.Tensors.ToDictionary(t => t.Output.Name, t =>
        {
            var values = new double[t.Output.Count];
            Elements.ToDouble(t.Output.DType, written[t.Output.Name], values);
            return values;
        });
    }

    /// <summary>The bytes of the last merge.</summary>
    public IReadOnlyDictionary<string, byte[]> Bytes => written;

    void ITensorSink.Write(string tensor, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (written)
        {
            if (!written.TryGetValue(tensor, out var whole)) written[tensor] = whole = new byte[Run!.Tensors.Single(t => t.Output.Name == tensor).Output.Bytes];
            bytes.CopyTo(whole.AsSpan((int)offset));
        }
    }

    TensorMerge Plan(string name)
    {
        var models = Models.Select((m, i) => new TensorInput { Model = i, Reader = m[name], Settings = Settings(name, i) }).ToList();
        var basis = Base is null ? null : new TensorInput { Model = Models.Count, Reader = Base[name], Settings = Settings(name, null), IsBase = true };
        var reader = (basis ?? models[0]).Reader.Tensor;
        return new TensorMerge
        {
            Output = new TensorSpec(name, OutputType ?? reader.DType, reader.Shape),
            Compute = reader.DType,
            Inputs = basis is null || !CountBase ? models : [basis, .. models],
            Base = basis,
            Settings = new MethodSettings(Row.Parameters.Where(p => !p.PerModel).Select(p => (p.Name, Value: Parameters.GetValueOrDefault(p.Name) ?? Default(p))).Where(p => p.Value is not null).ToDictionary(p => p.Name, p => p.Value!)),
        };
    }

    MethodSettings Settings(string tensor, int? model)
    {
        var values = new Dictionary<string, object>();
        foreach (var parameter in Row.Parameters.Where(p => p.PerModel))
        {
            var value = model is { } i ? Override(tensor, parameter.Name, i) ?? (PerModel.TryGetValue(parameter.Name, out var set) ? set[i] : null) : null;
            if ((value ?? Default(parameter)) is { } found) values[parameter.Name] = found;
        }
        return new MethodSettings(values);
    }

    object? Default(MethodParameter parameter)
    {
        if (parameter.DefaultWith(Compat) is not { } text) return null;
        return parameter.Flag ? bool.Parse(text) : parameter.Words is not null ? text : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
