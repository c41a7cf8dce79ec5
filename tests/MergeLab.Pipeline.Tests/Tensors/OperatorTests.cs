namespace MergeLab.Pipeline.Tests.Tensors;

public sealed class OperatorTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Arithmetic_broadcasts_and_keeps_integers_integers()
    {
        var a = tensor([1L, 2, 3, 4, 5, 6], [2, 3]);
        Assert.Equal([11L, 12, 13, 14, 15, 16], (a + 10).data<long>().ToArray());
        Assert.Equal([9L, 8, 7, 6, 5, 4], (10 - a).data<long>().ToArray());
        Assert.Equal([2L, 4, 6, 5, 6, 7], (a + tensor([1L, 2, 3]) * tensor([1L, 0], [2, 1]) + tensor([0L, 1], [2, 1])).data<long>().ToArray());
        Assert.Equal(ScalarType.Float32, (a * 0.5).dtype);
        Assert.Equal([0.5f, 0.25f], (1.0 / tensor([2f, 4f])).data<float>().ToArray());
    }

    [Fact]
    public void Shape_strides_and_dtype_are_those_of_the_view()
    {
        var a = arange(24, float32).view(2, 3, 4);
        var p = a.permute(2, 0, 1);
        Assert.Equal([4L, 2, 3], p.shape);
        Assert.Equal([1L, 12, 4], p.stride());
        Assert.Equal(3, p.size(-1));
        Assert.Equal(24, p.numel());
        Assert.False(p.is_contiguous());
        Assert.Equal(CPU, p.device);
        Assert.Throws<ArgumentOutOfRangeException>(() => p.size(3));
        Assert.Equal([0f, 4, 8, 12, 16, 20, 1, 5], p.data<float>().ToArray()[..8]);
    }

    [Fact]
    public void Left_out_arguments_take_the_schemas_defaults()
    {
        var x = tensor([1f, 2, 3, 6], [1, 4]);
        var named = new Op("aten::layer_norm");
        Assert.Equal(F.layer_norm(x, [4], eps: 1e-5).data<float>().ToArray(), named.Call(x, new long[] { 4 }).data<float>().ToArray());
        Assert.Equal(F.layer_norm(x, [4], eps: 0.5).data<float>().ToArray(), named.CallNamed([x, 4], ("eps", 0.5)).data<float>().ToArray());
        Assert.Equal(4, new Op("aten::layer_norm").IndexOf("eps"));
        Assert.Equal(-1, new Op("aten::layer_norm").IndexOf("epsilon"));
    }

    [Fact]
    public void One_value_serves_as_a_list_of_one_and_an_integer_as_a_float()
    {
        var x = tensor([1f, 2, 3, 4], [2, 2]);
        var sum = new Op("aten::sum", "dim_IntList");
        Assert.Equal([3f, 7], sum.Call(x, 1).data<float>().ToArray());
        Assert.Equal([2f], new Op("aten::cat").Call(tensor([2f])).data<float>().ToArray());
        Assert.Equal(0, F.dropout(x, p: 1).sum().item<float>());
        Assert.Equal([0f, 0, 0, 0], new Op("aten::dropout").Call(x, 1, true).data<float>().ToArray());
    }

    [Fact]
    public void A_missing_argument_is_named_with_the_schema()
    {
        var e = Assert.Throws<TorchException>(() => new Op("aten::linear").Call(ones([2])));
        Assert.Equal("aten::linear", e.Operator);
        Assert.Contains("argument 'weight' is missing", e.Message, StringComparison.Ordinal);
        Assert.Contains("Tensor? bias=None", e.Schema!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_of_the_wrong_type_is_refused_not_converted()
    {
        var e = Assert.Throws<TorchException>(() => new Op("aten::transpose", "int").Call(ones([2, 2]), 0.5, 1));
        Assert.Contains("argument 'dim0' takes int, not a float", e.Message, StringComparison.Ordinal);
        Assert.Throws<TorchException>(() => new Op("aten::t").Call(ones([2, 2]), 1));
        Assert.Throws<TorchException>(() => new Op("aten::relu").Call("text"));
    }

    [Fact]
    public void An_unknown_operator_and_a_shape_error_say_which()
    {
        Assert.Contains("aten::no_such_thing", Assert.Throws<TorchException>(() => Ops.Get("aten::no_such_thing").Call()).Message, StringComparison.Ordinal);
        Assert.False(new Op("aten::relu", "no_such_overload").Exists);
        var e = Assert.Throws<TorchException>(() => ones([2, 3]).matmul(ones([2, 3])));
        Assert.Equal("aten::matmul", e.Operator);
        Assert.Contains("2x3", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_strings_and_optional_tensors_reach_the_operator()
    {
        var x = arange(6, float32).view(2, 3);
        Assert.Equal([0f, 1, 2, 3, 4, 5, 0, 1, 2], cat([x, x[..1]]).data<float>().ToArray());
        Assert.Equal([2L, 2, 3], stack([x, x]).shape);
        Assert.Equal([2L, 1], x.split([2, 1], 1).Select(t => t.size(1)));
        Assert.Equal(3, x.unbind(1).Length);
        Assert.Equal([5f, 14, 14, 50], einsum("ij,kj->ik", x, x).data<float>().ToArray());
        Assert.Equal([1f, 2, 4, 5], x[.., tensor([1L, 2])].data<float>().ToArray());
        Assert.Equal([-1f, -1], tensor([-1.5f, -0.5f]).floor_divide(tensor([1.5f, 0.5f])).data<float>().ToArray());
    }

    [Fact]
    public void Indexing_is_pythons()
    {
        var x = arange(24, int64).view(2, 3, 4);
        Assert.Equal([3L, 7, 11], x[0, .., 3].data<long>().ToArray());
        Assert.Equal([20L, 21, 22, 23], x[-1, -1].data<long>().ToArray());
        Assert.Equal([1L, 2], x[0, 0, 1..^1].data<long>().ToArray());
        Assert.Equal([11L, 23], x[TensorIndex.Ellipsis, 2, 3].data<long>().ToArray());
        Assert.Equal([2L, 1, 3, 4], x[.., TensorIndex.None].shape);
        Assert.Equal([0L, 2], x[0, 0, TensorIndex.Slice(null, null, 2)].data<long>().ToArray());
        Assert.Equal([16L, 17, 18, 19, 20, 21, 22, 23], x[x > 15].data<long>().ToArray());
        x[1, .., 0] = zeros([3], int64);
        Assert.Equal([0L, 13, 14, 15, 0, 17], x[1].reshape(12)[..6].data<long>().ToArray());
    }

    [Fact]
    public void In_place_operators_change_and_return_the_tensor_itself()
    {
        var x = ones([3]);
        Assert.Same(x, x.mul_(2).add_(ones([3]), 0.5).clamp_(max: 2.25));
        Assert.Equal([2.25f, 2.25f, 2.25f], x.data<float>().ToArray());
    }

    [Fact]
    public void Items_convert_to_what_is_asked()
    {
        Assert.Equal(3, tensor(3L).item<int>());
        Assert.Equal(2.5, tensor(2.5f).item<double>());
        Assert.True(tensor([1f, 2]).gt(0).all().ToBoolean());
        Assert.Throws<TorchException>(() => ones([2]).item<float>());
        Assert.Throws<OverflowException>(() => tensor(1L << 40).item<int>());
        Assert.Throws<ArgumentException>(() => ones([2]).data<double>());
    }

    [Fact]
    public void Empty_tensors_are_tensors()
    {
        var none = zeros([0, 3]);
        Assert.Equal([0L, 3], none.shape);
        Assert.Empty(none.data<float>().ToArray());
        Assert.Equal(0f, none.sum().item<float>());
        Assert.Equal([2L, 3], cat([none, ones([2, 3])]).shape);
        Assert.Empty(tensor(Array.Empty<float>()).data<float>());
    }
}
