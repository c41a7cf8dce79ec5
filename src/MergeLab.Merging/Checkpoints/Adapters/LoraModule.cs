using MergeLab.Checkpoints.Numerics;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>What kind of layer a LoRA pair sits on, as far as its tensors tell.</summary>
public enum LoraForm
{
    /// <summary>A linear layer, or GPT-2's Conv1D, which stores its weight transposed.</summary>
    Linear,

    /// <summary>A table of embeddings (rows are tokens).</summary>
    Embedding,

    /// <summary>A convolution: A has the kernel's shape, B is 1×1.</summary>
    Convolution,
}

/// <summary>The adapter of one module: ΔW = Scale·B·A (Hu et al. 2021), A r × inputs, B outputs × r.</summary>
public sealed class LoraModule
{
    internal LoraModule(SafetensorsFile file, string path, LoraForm form, TensorInfo a, TensorInfo b)
    {
        File = file;
        Path = path;
        Form = form;
        A = a;
        B = b;
    }

    /// <summary>Path of the module in the model, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Path { get; }

    public LoraForm Form { get; }

    /// <summary>r × inputs; for a convolution r × in × kernel.</summary>
    public TensorInfo A { get; }

    /// <summary>outputs × r; for a convolution outputs × r × 1 × 1.</summary>
    public TensorInfo B { get; }

    public int Rank => (int)A.Shape[0];

    /// <summary>Columns of A; for a convolution its input channels times the kernel.</summary>
    public long Inputs => A.Count / A.Shape[0];

    /// <summary>Rows of B.</summary>
    public long Outputs => B.Shape[0];

    public required double Alpha { get; init; }

    /// <summary>alpha/r, or alpha/√r where the adapter is rank-stabilised.</summary>
    public required double Scale { get; init; }

    /// <summary>DoRA's magnitudes, one an output (of an embedding: one a dimension).</summary>
    public TensorInfo? Magnitude { get; init; }

    /// <summary>A bias inside B, added to the module's own times <see cref="Scale"/>.</summary>
    public TensorInfo? Bias { get; init; }

    internal SafetensorsFile File { get; }

    /// <summary>A widened to float, row-major r × inputs. A new array each time.</summary>
    public float[] ReadA() => Widen(A);

    /// <summary>B widened to float, row-major outputs × r. A new array each time.</summary>
    public float[] ReadB() => Widen(B);

    internal float[] Widen(TensorInfo tensor)
    {
        var values = new float[tensor.Count];
        Elements.ToSingle(tensor.DType, File.Bytes(tensor), values);
        return values;
    }
}
