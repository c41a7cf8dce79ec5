namespace MergeLab.Tensors;

/// <summary>What models need and TorchSharp does not have: composites, multi-tensor steps, any operator by name.</summary>
public static partial class Ops
{
    static readonly System.Collections.Concurrent.ConcurrentDictionary<(string, string), Op> Known = new();

    /// <summary>Any operator of libtorch, for example <c>Get("aten::gelu").CallNamed([x], ("approximate", "tanh"))</c>.</summary>
    public static Op Get(string name, string overload = "") => Known.GetOrAdd((name, overload), static k => new Op(k.Item1, k.Item2));

    /// <param name="weight">[rows, width]</param>
    /// <param name="ids">int64 of any shape</param>
    /// <returns>[ids' shape, width]</returns>
    public static torch.Tensor Embedding(torch.Tensor weight, torch.Tensor ids) => Aten.embedding.Call(weight, ids);

    /// <summary>x·Φ(x) with Φ by tanh: ½x(1 + tanh(√(2/π)(x + 0.044715x³))), the <c>gelu_new</c> of T5 v1.1 and GPT-2.</summary>
    public static torch.Tensor GeluTanh(torch.Tensor x) => Aten.gelu.Call(x, "tanh");

    /// <summary>x·σ(1.702x): CLIP's <c>quick_gelu</c>.</summary>
    public static torch.Tensor QuickGelu(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return x.mul(x.mul(1.702).sigmoid()).MoveToOuterDisposeScope();
    }

    /// <summary>weight · x / √(mean(x²) + eps) over the last axis (Zhang and Sennrich 2019); no mean is subtracted. The statistics are float32.</summary>
    public static torch.Tensor RmsNorm(torch.Tensor x, torch.Tensor weight, double eps)
    {
        using var scope = torch.NewDisposeScope();
        var wide = x.dtype is torch.ScalarType.Float16 or torch.ScalarType.BFloat16 ? x.to(torch.ScalarType.Float32) : x;
        // By way of the norm: one pass over x, where the mean of a product takes two.
        var meanSquare = wide.norm(-1, keepdim: true).square().mul(1.0 / wide.size(-1));
        var scaled = wide.mul(meanSquare.add(eps).rsqrt());
        var narrow = scaled.to(weight.dtype);
        // Without a graph nobody needs the unweighted values.
        return (torch.is_grad_enabled() ? weight.mul(narrow) : narrow.mul_(weight)).MoveToOuterDisposeScope();
    }

    /// <summary>softmax(scale·QKᵀ + bias)V. T5 has scale 1 and puts its relative positions in the bias.</summary>
    /// <param name="q">[..., queries, d]</param>
    /// <param name="k">[..., keys, d]</param>
    /// <param name="v">[..., keys, dv]</param>
    /// <param name="bias">Added to the scores; broadcast to [..., queries, keys].</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="dropout">Probability of dropping an attention weight; 0 when not training.</param>
    public static torch.Tensor Attention(torch.Tensor q, torch.Tensor k, torch.Tensor v, torch.Tensor? bias = null, double scale = 1, double dropout = 0)
    {
        using var scope = torch.NewDisposeScope();
        if (q.size(-2) == 1 && q.device.type == DeviceType.CPU && !torch.is_grad_enabled()) return AttendOne(q, k, v, bias, scale).MoveToOuterDisposeScope();
        // Scaling the query costs d where scaling the scores costs one per key.
        var scores = (scale == 1 ? q : q.mul(scale)).matmul(k.mT);
        // In place and freed early, for the cache's sake: scores are the largest tensors of a model. The product keeps its factors, not its result.
        if (bias is not null) scores.add_(bias);
        var weights = scores.softmax(-1);
        scores.Dispose();
        if (dropout > 0) weights = torch.nn.functional.dropout(weights, dropout);
        return weights.matmul(v).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Attention of a single query, as decoding has it, by products of elements and sums: batched products of matrices call BLAS once for every
    /// head of every row, which costs more than the arithmetic.
    /// </summary>
    static torch.Tensor AttendOne(torch.Tensor q, torch.Tensor k, torch.Tensor v, torch.Tensor? bias, double scale)
    {
        using var scope = torch.NewDisposeScope();
        var scores = (scale == 1 ? q : q.mul(scale)).mul(k).sum(-1).unsqueeze(-2);
        if (bias is not null) scores.add_(bias);
        return scores.softmax(-1).mT.mul(v).sum(-2, keepdim: true).MoveToOuterDisposeScope();
    }

    /// <summary>x += y·factor for each pair, in place, in one call.</summary>
    public static void ForeachAdd(torch.Tensor[] x, torch.Tensor[] y, Scalar factor) => Aten._foreach_add__List.CallVoid(x, y, factor);
    public static void ForeachAdd(torch.Tensor[] x, Scalar value) => Aten._foreach_add__Scalar.CallVoid(x, value);
    public static void ForeachMul(torch.Tensor[] x, Scalar factor) => Aten._foreach_mul__Scalar.CallVoid(x, factor);
    public static void ForeachMul(torch.Tensor[] x, torch.Tensor[] y) => Aten._foreach_mul__List.CallVoid(x, y);
    public static void ForeachDiv(torch.Tensor[] x, Scalar divisor) => Aten._foreach_div__Scalar.CallVoid(x, divisor);

    /// <summary>x += factor·a·b.</summary>
    public static void ForeachAddcmul(torch.Tensor[] x, torch.Tensor[] a, torch.Tensor[] b, Scalar factor) => Aten._foreach_addcmul__Scalar.CallVoid(x, a, b, factor);

    /// <summary>x += factor·a/b.</summary>
    public static void ForeachAddcdiv(torch.Tensor[] x, torch.Tensor[] a, torch.Tensor[] b, Scalar factor) => Aten._foreach_addcdiv__Scalar.CallVoid(x, a, b, factor);
    public static torch.Tensor[] ForeachSqrt(torch.Tensor[] x) => Aten._foreach_sqrt.CallList((Arg)x);
}
