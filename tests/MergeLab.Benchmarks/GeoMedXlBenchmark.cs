using System.Globalization;
using System.Text;
using MergeLab.Benchmarks.Merging;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>
/// The paper's own size: the geometric median of 20 rank-16 adapters on the q and v projections of Flan-T5-XL (2.85 billion weights in bfloat16, 144
/// matrices of 2048 × 2048), from files to a synced folder. The base is a file of zeros with holes, so that reading it takes no disk;
/// its copy, measured beside it, is written out in full, as the result is.
/// </summary>
sealed class GeoMedXlBenchmark : IBenchmark
{
    const int Adapters = 20;
    const int Rank = 16;
    const int Size = 2048;
    const long DiskNeeded = 13_500_000_000;

    public string Name => "geomed-xl";

    public IEnumerable<Figure> Run()
    {
        using var scratch = new ScratchFolder();
        var free = new DriveInfo(scratch.Path).AvailableFreeSpace;
        if (free < DiskNeeded)
        {
            yield return new Figure($"left out: it takes {DiskNeeded / 1e9} GB of disk under {Path.GetTempPath()}, free are", free / 1e9, "GB");
            yield break;
        }
        var tensors = Tensors().ToList();
        Directory.CreateDirectory(scratch.File("base"));
        WriteHoles(scratch.File("base", Checkpoint.SingleFile), tensors);
        scratch.Write("base/config.json", """{"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "torch_dtype": "bfloat16"}""");
        var modules = tensors.Where(t => t.Name.EndsWith(".q.weight", StringComparison.Ordinal) || t.Name.EndsWith(".v.weight", StringComparison.Ordinal)).Select(t => t.Name[..^".weight".Length]).ToArray();
        for (var a = 0; a < Adapters; a++) WriteAdapter(scratch.File($"a{a}"), modules, a);

        var recipe = new StringBuilder($"merge_method: geometric_median\nbase_model: {scratch.File("base")}\nmodels:\n");
        for (var a = 0; a < Adapters; a++) recipe.Append(CultureInfo.InvariantCulture, $"  - model: {scratch.File("base")}+{scratch.File($"a{a}")}\n");
        void Merge()
        {
            using var merge = PreparedMerge.Open(RecipeReader.Read(recipe.ToString(), "recipe.yml"), recipe.ToString(), path => path, new PlanOptions { Threads = 2 });
            merge.Run(new MergeTarget(scratch.File("out"), true, long.MaxValue, 2), null);
        }
        var usage = default(Usage);
        var memory = Usage.PeakAnonymous(() => usage = Usage.Of(Merge));
        Directory.Delete(scratch.File("out"), recursive: true);
        var copy = Usage.Of(() => Copy(scratch));
        var (product, peak) = Products();
        yield return new Figure($"GeoMed({Adapters}) of {modules.Length} matrices, {tensors.Sum(t => t.Count) / 1e9:F2} billion weights", usage.Seconds, "s");
        yield return new Figure("against a synced copy of the base file", usage.Seconds / copy.Seconds, "×", "≤ 2", usage.Seconds <= 2 * copy.Seconds);
        yield return new Figure("CPU", usage.CpuSeconds, "s");
        yield return new Figure("memory beyond mapped files", memory, "MB", "≤ 1000", memory <= 1000);
        yield return new Figure($"ΔW of rank {Adapters * Rank} on {Size}², one thread", product, "GF/s");
        yield return new Figure("share of libtorch's SGEMM of 2048³, one thread", product / peak, "×", "≥ 0.7", product >= 0.7 * peak);
    }

    static IEnumerable<TensorSpec> Tensors()
    {
        const DType Type = DType.BF16;
        yield return new("shared.weight", Type, [32128, Size]);
        yield return new("lm_head.weight", Type, [32128, Size]);
        foreach (var (stack, attentions) in new[] { ("encoder", new[] { "SelfAttention" }), ("decoder", ["SelfAttention", "EncDecAttention"]) })
        {
            yield return new($"{stack}.final_layer_norm.weight", Type, [Size]);
            for (var block = 0; block < 24; block++)
            {
                for (var a = 0; a < attentions.Length; a++)
                {
                    foreach (var part in new[] { "q", "k", "v", "o" }) yield return new($"{stack}.block.{block}.layer.{a}.{attentions[a]}.{part}.weight", Type, [Size, Size]);
                    yield return new($"{stack}.block.{block}.layer.{a}.layer_norm.weight", Type, [Size]);
                }
                var last = $"{stack}.block.{block}.layer.{attentions.Length}";
                foreach (var part in new[] { "wi_0", "wi_1" }) yield return new($"{last}.DenseReluDense.{part}.weight", Type, [5120, Size]);
                yield return new($"{last}.DenseReluDense.wo.weight", Type, [Size, 5120]);
                yield return new($"{last}.layer_norm.weight", Type, [Size]);
            }
        }
    }

    /// <summary>A header, and data that nobody has written.</summary>
    static void WriteHoles(string path, IReadOnlyList<TensorSpec> tensors)
    {
        var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        var end = 0L;
        foreach (var tensor in SafetensorsWriter.Order(tensors))
            header.Append(CultureInfo.InvariantCulture, $",\"{tensor.Name}\":{{\"dtype\":\"{tensor.DType.Name()}\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{end},{end += tensor.Bytes}]}}");
        header.Append('}').Append(' ', (8 - header.Length % 8) % 8);
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(Encoding.ASCII.GetBytes(header.ToString()));
        file.SetLength(8 + header.Length + end);
    }

    static void WriteAdapter(string folder, string[] modules, int number)
    {
        var shapes = modules.Select(m => new LoraShape(m, Rank, 2 * Rank, Size, [Size])).ToArray();
        var random = new Random(number);
        float[] Draw() => [.. Enumerable.Range(0, Rank * Size).Select(_ => (random.NextSingle() - 0.5f) * (1 + number % 5) * 0.02f)];
        LoraAdapterWriter.Write(folder, shapes, _ => (Draw(), Draw()), new LoraAdapterOptions { TaskType = "SEQ_2_SEQ_LM" });
    }

    static void Copy(ScratchFolder scratch)
    {
        using var source = File.OpenRead(scratch.File("base", Checkpoint.SingleFile));
        using var target = new FileStream(scratch.File("copy"), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, PreallocationSize = source.Length });
        source.CopyTo(target, 1 << 20);
        target.Flush(flushToDisk: true);
    }

    /// <summary>GFLOP/s of the merged product and of the library's, best of several: the machine may be shared, the work is not.</summary>
    static (double Product, double Peak) Products()
    {
        var random = new Random(1);
        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextSingle() - 0.5f)];
        var update = new LowRankUpdate(Draw(Size * Adapters * Rank), Draw(Adapters * Rank * Size), Adapters * Rank, 1);
        var weight = new float[Size * Size];
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var (left, right) = (rand([Size, Size]), rand([Size, Size]));
        var (product, peak) = (0.0, 0.0);
        for (var round = 0; round < 7; round++)
        {
            product = Math.Max(product, 2e-9 * Adapters * Rank * Size * Size / Usage.Of(() => update.Apply(0, weight)).Seconds);
            peak = Math.Max(peak, 2e-9 * Size * Size * Size / Usage.Of(() => left.matmul(right).Dispose()).Seconds);
        }
        return (product, peak);
    }
}
