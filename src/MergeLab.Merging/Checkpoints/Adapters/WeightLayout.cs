namespace MergeLab.Checkpoints.Adapters;

/// <summary>How a module's stored weight lies against B·A.</summary>
public enum WeightLayout
{
    /// <summary>outputs × inputs (with the kernel, for convolutions): the weight's own layout.</summary>
    Direct,

    /// <summary>inputs × outputs: GPT-2's Conv1D, and embeddings (tokens × dimensions), take (B·A)ᵀ.</summary>
    Transposed,
}

/// <summary>Tells the layout of a weight.</summary>
static class WeightLayouts
{
    /// <summary>Model types whose layers of these names are Conv1D.</summary>
    static readonly string[] Conv1dModels = ["gpt2", "openai-gpt", "imagegpt", "decision_transformer"];

    static readonly string[] Conv1dModules = ["c_attn", "c_proj", "c_fc", "q_attn"];

    /// <summary>
    /// The model's type decides where it is known, as the class of the module does for PEFT; else the shape, else (square) fan_in_fan_out.
    /// </summary>
    public static WeightLayout Of(string path, TensorSpec weight, bool fanInFanOut, ModelConfig? model, long outputs, long inputs)
    {
        var type = model?.GetText("model_type", null);
        if (type is not null && Conv1dModels.Contains(type)) return Conv1dModules.Contains(path[(path.LastIndexOf('.') + 1)..]) ? WeightLayout.Transposed : WeightLayout.Direct;
        if (outputs == inputs) return fanInFanOut ? WeightLayout.Transposed : WeightLayout.Direct;
        return weight.Shape.Count == 2 && weight.Shape[0] == inputs && weight.Shape[1] == outputs ? WeightLayout.Transposed : WeightLayout.Direct;
    }
}
