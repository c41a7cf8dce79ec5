using System.CommandLine;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Models.Common;
using MergeLab.Tensors;

namespace MergeLab.Cli.Verbs;

/// <summary><c>forward</c>: one pass of a model over given inputs, all outputs to a file.</summary>
static class ForwardVerb
{
    const string Single = "float32";
    const string Double = "float64";

    static readonly Option<string> Model = ModelOptions.Model();
    static readonly Option<string[]> Adapter = ModelOptions.Adapter();
    static readonly Option<string> Inputs = new("--inputs") { Description = "A safetensors file: input_ids, attention_mask, labels, … as transformers names them", HelpName = "F", Required = true };
    static readonly Option<string> Target = new("--out") { Description = "The safetensors file to write: logits, loss, …", HelpName = "F", Required = true };
    static readonly Option<bool> HiddenStates = new("--hidden-states") { Description = "Also the state after each layer" };
    static readonly Option<bool> Gradients = new("--gradients") { Description = "Also the gradient of the loss by each stored parameter: grad.<name>" };
    static readonly Option<string> Precision = new("--dtype") { Description = "float64 for reference values, float32 for half the memory and time; results are written as float32", HelpName = "TYPE", DefaultValueFactory = _ => Double };

    public static Verb Create() => new("forward", "Compute a model's outputs for given inputs",
        "mergelab forward --model models/base --adapter adapters/a --inputs batch.safetensors --out logits.safetensors", Run)
    {
        Model, Adapter, Inputs, Target, HiddenStates, Gradients, Precision,
    };

    static ExitCode Run(Invocation invocation)
    {
        var gradients = invocation.Get(Gradients);
        var dtype = invocation.Get(Precision) switch
        {
            Single => torch.ScalarType.Float32,
            Double => torch.ScalarType.Float64,
            var other => throw new ProblemException($"--dtype {other}: not known", remedy: $"{Single} or {Double}"),
        };
        using var inputs = ModelInputs.Read(invocation.Get(Inputs)!);
        using var opened = OpenedModel.Open(invocation.Get(Model)!, invocation.Get(Adapter)!,
            new OpenOptions { Device = DeviceOption.Parse(invocation.Device), DType = dtype, Trainable = gradients });
        using var scope = torch.NewDisposeScope();
        using var mode = torch.enable_grad(gradients);
        var outputs = opened.Model.Forward(inputs, invocation.Get(HiddenStates)).ToDictionary(o => o.Key, o => o.Value);
        if (gradients) AddGradients(outputs, opened.Model.Parameters, inputs);
        invocation.Cancellation.ThrowIfCancellationRequested();
        ModelOutputs.Write(invocation.Get(Target)!, outputs);
        if (invocation.Json) invocation.WriteJson(outputs.OrderBy(o => o.Key, StringComparer.Ordinal).ToDictionary(o => o.Key, o => o.Value.shape));
        else foreach (var (name, output) in outputs.OrderBy(o => o.Key, StringComparer.Ordinal)) invocation.Out.WriteLine($"{name}  [{string.Join(", ", output.shape)}]");
        return ExitCode.Done;
    }

    static void AddGradients(Dictionary<string, torch.Tensor> outputs, Parameters parameters, ModelInputs inputs)
    {
        if (!outputs.TryGetValue("loss", out var loss)) throw new ProblemException("--gradients: there is no loss", inputs.PlaceOf("labels"), "gradients are those of the loss", "add 'labels' to the inputs");
        loss.backward();
        foreach (var name in parameters.Names)
            if (parameters[name].grad is { } gradient) outputs[$"grad.{name}"] = gradient;
    }
}
