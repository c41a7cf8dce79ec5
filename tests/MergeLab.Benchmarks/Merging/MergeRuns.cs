using MergeLab.Checkpoints;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods;

namespace MergeLab.Benchmarks.Merging;

/// <summary>Merges of whole checkpoints with a method's defaults, the first model being the base.</summary>
static class MergeRuns
{
    public static MergeRun Of(IReadOnlyList<Checkpoint> models, Method method, int threads) => new()
    {
        Tensors =
        [
            .. models[0].Tensors.Select(tensor =>
            {
                var inputs = models.Select((model, i) => new TensorInput { Model = i, Reader = model.Reader(tensor.Name), IsBase = i == 0, Settings = Settings(method, perModel: true) }).ToArray();
                return new TensorMerge
                {
                    Output = new TensorSpec(tensor.Name, tensor.DType, tensor.Shape), Compute = tensor.DType, Inputs = inputs, Base = inputs[0], Settings = Settings(method, perModel: false),
                };
            }),
        ],
        Models = [.. models.Select(m => m.Name)],
        Threads = threads,
    };

    static MethodSettings Settings(Method method, bool perModel)
    {
        var values = new Dictionary<string, object>();
        foreach (var parameter in method.Parameters.Where(p => p.PerModel == perModel))
        {
            var text = parameter.Name switch { "weight" => "0.3", "density" => "0.5", _ => parameter.DefaultWith(null) };
            if (text is null) continue;
            values[parameter.Name] = parameter.Flag ? bool.Parse(text) : parameter.Words is not null ? text : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        }
        return new MethodSettings(values);
    }
}
