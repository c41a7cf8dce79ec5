using System.Reflection;

namespace MergeLab.Pipeline.Tests.Tensors;

/// <summary>The names and shapes of calls that model code shares with TorchSharp: what does not compile here would not move.</summary>
public class SurfaceTests
{
    [Fact]
    public void Every_operator_of_the_surface_exists_in_this_libtorch()
    {
        var ops = typeof(Op).Assembly.GetType("MergeLab.Tensors.Aten")!.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (Op)f.GetValue(null)!).ToList();
        Assert.True(ops.Count > 100, $"{ops.Count} operators");
        Assert.Empty(ops.Where(o => !o.Exists).Select(o => o.Name));
    }

    [Fact]
    public void Calls_are_written_as_for_TorchSharp()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor([1f, 2, 3, 4], [2, 2]);
        IList<Tensor> list = [x, x];
        Tensor ids = tensor(new long[] { 0, 1 }), mask = x > 2;
        Assert.Equal([2L, 4], cat(list, 1).shape);
        Assert.Equal([2L, 2, 2], stack(list, dim: 0).shape);
        Assert.Equal([2L, 2], F.linear(x, x, bias: null).shape);
        Assert.Equal([2L, 2], F.layer_norm(x, new long[] { 2 }, weight: ones(new long[] { 2 }), bias: zeros(new long[] { 2 }), eps: 1e-6).shape);
        Assert.Equal([2L, 2], F.softmax(x, -1, dtype: ScalarType.Float32).shape);
        Assert.Equal([2L, 2], F.gelu(F.relu(x, inplace: false)).shape);
        Assert.Equal([2L, 2], F.dropout(x, 0.1, training: false, inplace: false).shape);
        Assert.Equal(0, F.cross_entropy(x, ids, weight: null, ignore_index: -100, reduction: nn.Reduction.Mean, label_smoothing: 0).dim());
        Assert.Equal([1L, 2, 2], F.scaled_dot_product_attention(x[TensorIndex.None], x[TensorIndex.None], x[TensorIndex.None], attn_mask: null, p: 0.0, is_casual: false).shape);
        Assert.Equal([2L, 2], x.matmul(x).transpose(0, 1).permute(1, 0).reshape(4).view(2, 2).expand(2, 2).contiguous().shape);
        Assert.Equal([2L, 2], x.masked_fill(mask, double.NegativeInfinity).shape);
        Assert.Equal([2L, 2], x.gather(1, ids.unsqueeze(0).expand(2, 2)).squeeze(0).index_select(0, ids).shape);
        Assert.Equal(2, x.split(1, dim: 0).Length + x.split(new long[] { 1, 1 }, 0).Length - 2);
        Assert.Equal([2L, 1], x.narrow(1, 0, 1).slice(0, 0, 2, 1).shape);
        Assert.Equal([2L, 2], where(mask, x, zeros_like(x)).shape);
        Assert.Equal([3L], arange(3, dtype: ScalarType.Int64, device: CPU).shape);
        Assert.Equal(2, linalg.svd(x, fullMatrices: false).S.numel());
        Assert.Equal(2, linalg.qr(x, linalg.QRMode.Reduced).R.dim());
        Assert.Equal(2, linalg.eigh(x, UPLO: 'L').Item1.numel());
        using (no_grad())
        using (enable_grad(true))
            Assert.True(is_grad_enabled());
        using (inference_mode(true))
            Assert.Equal(4, WrappedTensorDisposeScope(() => x * 1).numel());
        var w = x.clone().requires_grad_();
        IList<Tensor> gradients = autograd.grad([w.sum()], [w], grad_outputs: null, retain_graph: false, create_graph: false, allow_unused: false);
        Assert.Equal(4f, gradients[0].sum().item<float>());
        w.sum().backward();
        Assert.Equal([1f, 1, 1, 1], w.grad!.data<float>().ToArray());
        Assert.Equal(2f, x.detach().cpu().to(ScalarType.Float32).to(CPU).select(0, 0)[1].item<float>());
    }
}

