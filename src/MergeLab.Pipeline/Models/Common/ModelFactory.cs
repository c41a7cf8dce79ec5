using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Models.T5;

namespace MergeLab.Models.Common;

/// <summary>From a config's <c>model_type</c> to the code of the family. A new family is a row here.</summary>
public static class ModelFactory
{
    static readonly Dictionary<string, Func<WeightSource, OpenOptions, IModel>> Families = new(StringComparer.Ordinal)
    {
        [T5Config.ModelType] = (source, o) => T5Model.Load(source, o.Device, o.Trainable, o.Factored, o.DType),
    };

    /// <param name="source">Must stay open as long as the model is used.</param>
    /// <param name="options">How it computes.</param>
    /// <exception cref="ProblemException">The family is unknown, or weights and config do not fit together.</exception>
    public static IModel Create(WeightSource source, OpenOptions options)
    {
        var config = source.Config ?? throw new ProblemException("the model has no config.json", new Place(source.Name), remedy: "give a folder that holds config.json beside the weights");
        var type = config.GetText("model_type", null) ?? FromArchitecture(config);
        if (Families.TryGetValue(type, out var family)) return family(source, options);
        throw new ProblemException($"models of type '{type}' are not implemented", config.PlaceOf(config.Has("model_type") ? "model_type" : "architectures"), $"known: {string.Join(", ", Families.Keys.Order(StringComparer.Ordinal))}");
    }

    /// <summary>Old configs lack the type; their class begins with it: T5ForConditionalGeneration.</summary>
    static string FromArchitecture(ModelConfig config)
    {
        var name = config.GetTexts("architectures") is [var first, ..] ? first : throw new ProblemException("neither 'model_type' nor 'architectures' is there", config.PlaceOf("model_type"));
        return Families.Keys.FirstOrDefault(f => name.StartsWith(f + "For", StringComparison.OrdinalIgnoreCase)) ?? name;
    }
}
