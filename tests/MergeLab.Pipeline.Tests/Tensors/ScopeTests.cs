using System.Runtime.CompilerServices;

namespace MergeLab.Pipeline.Tests.Tensors;

[Collection(Alone.Name)]
public class ScopeTests
{
    [Fact]
    public void A_scope_frees_all_it_saw_and_nothing_else()
    {
        TorchRuntime.Load();
        var before = TorchRuntime.LiveHandles;
        Tensor kept;
        using (var scope = NewDisposeScope())
        {
            for (var i = 0; i < 1000; i++) _ = ones([3]) + i;
            Assert.Equal(2000, scope.DisposablesCount);
            kept = ones([2]).MoveToOuterDisposeScope();
            Assert.Equal(before + 2001, TorchRuntime.LiveHandles);
        }
        Assert.Equal(before + 1, TorchRuntime.LiveHandles);
        Assert.Equal([1f, 1f], kept.data<float>().ToArray());
        kept.Dispose();
        Assert.Equal(before, TorchRuntime.LiveHandles);
    }

    [Fact]
    public void Training_steps_leak_nothing()
    {
        TorchRuntime.Load();
        var before = TorchRuntime.LiveHandles;
        using (NewDisposeScope())
        {
            var w = randn([8, 8], requires_grad: true);
            using var adam = optim.AdamW([w]);
            Step(w, adam);
            var steady = TorchRuntime.LiveHandles;
            for (var i = 0; i < 20; i++) Step(w, adam);
            Assert.Equal(steady, TorchRuntime.LiveHandles);
        }
        Assert.Equal(before, TorchRuntime.LiveHandles);

        static void Step(Tensor w, AdamW adam)
        {
            using var scope = NewDisposeScope();
            adam.zero_grad();
            var (u, s, _) = linalg.svd(w.matmul(w.t()) + eye(8));
            (s.sum() + F.silu(u.detach().matmul(w)).mean()).backward();
            nn.utils.clip_grad_norm_([w], 1);
            adam.step();
        }
    }

    [Fact]
    public void An_error_in_an_operator_leaks_nothing()
    {
        TorchRuntime.Load();
        var before = TorchRuntime.LiveHandles;
        for (var i = 0; i < 10; i++)
        {
            using var scope = NewDisposeScope();
            Assert.Throws<TorchException>(() => ones([2, 3]).matmul(ones([2, 3])));
            Assert.Throws<ArgumentException>(() => tensor([1f, 2], [3]));
            Assert.Throws<TorchException>(() => Ops.Get("aten::max", "dim").Call(ones([2, 3]), 0));
            Assert.Throws<TorchException>(() => Ops.Get("aten::unbind", "int").Call(ones([2, 3])));
            Assert.Throws<TorchException>(() => Ops.Get("aten::relu").CallList(ones([2, 3])));
            Assert.Throws<TorchException>(() => Ops.Get("aten::relu").CallScalar(ones([2, 3])));
        }
        Assert.Equal(before, TorchRuntime.LiveHandles);
    }

    [Fact]
    public void Use_after_disposal_says_so()
    {
        var x = ones([2]);
        var y = ones([2]);
        x.Dispose();
        x.Dispose();
        Assert.True(x.IsInvalid);
        Assert.Throws<ObjectDisposedException>(() => x + 1);
        Assert.Throws<ObjectDisposedException>(() => y + x);
        Assert.Throws<ObjectDisposedException>(() => cat([y, x]));
        Assert.Throws<ObjectDisposedException>(() => x.shape);
        Assert.Equal("tensor (disposed)", x.ToString());
        y.Dispose();
    }

    [Fact]
    public void Scopes_nest_and_tensors_move_outwards_one_scope_at_a_time()
    {
        using var outer = NewDisposeScope();
        Tensor moved, detached, foreign = ones([1]);
        using (var inner = NewDisposeScope())
        {
            moved = ones([1]).MoveToOuterDisposeScope();
            detached = inner.Detach(ones([1]));
            Assert.Same(foreign, inner.MoveToOuter(foreign));
            Assert.Equal(0, inner.DisposablesCount);
        }
        Assert.Equal(2, outer.DisposablesCount);
        outer.DisposeEverythingBut(moved);
        Assert.True(foreign.IsInvalid);
        Assert.False(moved.IsInvalid);
        outer.Dispose();
        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void A_wrapped_function_keeps_only_its_result()
    {
        TorchRuntime.Load();
        var before = TorchRuntime.LiveHandles;
        using var y = WrappedTensorDisposeScope(() => (ones([2]) * 3 - 1).exp().log());
        Assert.Equal(before + 1, TorchRuntime.LiveHandles);
    }

    [Fact]
    public void A_scope_cannot_be_disposed_on_another_thread()
    {
        using var scope = NewDisposeScope();
        Exception? seen = null;
        var thread = new Thread(() => seen = Record.Exception(scope.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(seen);
    }

    [Fact]
    public void Forgotten_tensors_and_scopes_are_freed_by_the_collector()
    {
        TorchRuntime.Load();
        Collect();
        var before = TorchRuntime.LiveHandles;
        Forget();
        var thread = new Thread(ForgetScope);
        thread.Start();
        thread.Join();
        Assert.True(TorchRuntime.LiveHandles > before);
        for (var i = 0; i < 20 && TorchRuntime.LiveHandles > before; i++) Collect();
        Assert.Equal(before, TorchRuntime.LiveHandles);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (var i = 0; i < 10; i++) _ = ones([1 << 15]) + 1;
        }

        static void ForgetScope()
        {
            _ = NewDisposeScope();
            _ = ones([2]);
        }

        static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
