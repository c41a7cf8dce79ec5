namespace MergeLab.Pipeline.Tests.Tensors;

[Collection(Alone.Name)]
public class ProcessWideTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var a = randn([64]).data<float>().ToArray();
        var b = randn([64]).data<float>().ToArray();
        manual_seed(7);
        Assert.Equal(a, randn([64]).data<float>().ToArray());
        Assert.NotEqual(a, b);
        manual_seed(8);
        Assert.NotEqual(a, randn([64]).data<float>().ToArray());
    }

    [Fact]
    public void Four_threads_train_errors_and_all_and_give_the_same_bits()
    {
        TorchRuntime.Load();
        var before = TorchRuntime.LiveHandles;
        var results = new float[4][];
        var failures = new Exception?[4];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() => failures[i] = Record.Exception(() => results[i] = Train(i))))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.All(failures, Assert.Null);
        Assert.All(results, r => Assert.Equal(results[0], r));
        Assert.Equal(before, TorchRuntime.LiveHandles);

        static float[] Train(int number)
        {
            using var scope = NewDisposeScope();
            var x = (arange(32 * 64, float32) * 0.01).sin().view(32, 64);
            var w = (arange(64 * 64, float32) * 0.02).cos().view(64, 64).mul_(0.1).requires_grad_();
            using var adam = optim.AdamW([w], lr: 0.01);
            for (var step = 0; step < 25; step++)
            {
                using var inner = NewDisposeScope();
                adam.zero_grad();
                F.gelu(x.matmul(w)).square().mean().backward();
                adam.step();
                var e = Assert.Throws<TorchException>(() => ones([number + 2, 9]).matmul(ones([number + 2, 9])));
                Assert.Contains($"{number + 2}x9", e.Message, StringComparison.Ordinal);
            }
            Assert.Equal(number % 2 == 0, Toggle(number));
            return w.detach().data<float>().ToArray();
        }

        static bool Toggle(int number)
        {
            using var mode = enable_grad(number % 2 == 0);
            Thread.Sleep(5);
            return is_grad_enabled();
        }
    }

    [Fact]
    public void Intra_op_threads_can_be_set_and_start_at_one_unless_the_environment_says_else()
    {
        var before = get_num_threads();
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null) Assert.Equal(1, before);
        set_num_threads(2);
        try
        {
            Assert.Equal(2, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => set_num_threads(0));
    }

    [Fact]
    public void Foreign_memory_is_read_in_place_and_outlives_the_tensor_by_its_views()
    {
        unsafe
        {
            var released = 0;
            var memory = (float*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(6 * sizeof(float), 64);
            for (var i = 0; i < 6; i++) memory[i] = i;
            using (NewDisposeScope())
            {
                var whole = Ops.FromMemory(memory, [2, 3], float32, released: () => released++);
                memory[5] = 50;
                Assert.Equal([0f, 1, 2, 3, 4, 50], whole.data<float>().ToArray());
                Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(ref whole.data<float>()[0], ref *memory));
                var row = whole[1].DetachFromDisposeScope();
                whole.Dispose();
                Assert.Equal(0, released);
                Assert.Equal(57f, row.sum().item<float>());
                row.Dispose();
                Assert.Equal(1, released);
            }
            System.Runtime.InteropServices.NativeMemory.AlignedFree(memory);
        }
    }

    [Fact]
    public void Foreign_memory_of_no_elements_and_bad_shapes()
    {
        unsafe
        {
            var released = 0;
            using (var none = Ops.FromMemory(null, [0, 4], float32, released: () => released++)) Assert.Equal(0, none.numel());
            Assert.Equal(1, released);
            Assert.Throws<ArgumentOutOfRangeException>(() => Ops.FromMemory(null, [-1], float32));
        }
    }
}
