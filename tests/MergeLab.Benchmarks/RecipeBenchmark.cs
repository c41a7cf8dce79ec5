using MergeLab.Benchmarks.Merging;
using MergeLab.Checkpoints;
using MergeLab.Merging.Output;
using MergeLab.Merging.Planning;
using MergeLab.Merging.Recipes;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>
/// Whole recipes, from files to a synced folder, on four llama-shaped models of 551 million weights in bfloat16. Beside each the CPU seconds that
/// mergekit 0.1.5 took for the same recipe on models of the same shapes, recorded once on two cores of an AMD EPYC: another machine
/// than this may be, so that factor is an order of magnitude. Clock times are measured beside a copy of one model in the same run.
/// </summary>
sealed class RecipeBenchmark : IBenchmark
{
    const int Models = 4;
    const int Rounds = 3;

    // Whole process, user and system, medians of one to three runs.
    static readonly (string Name, double MergekitCpu, string Recipe)[] Recipes =
    [
        ("linear", 19.7, "merge_method: linear\ndtype: bfloat16\nmodels:\n" + Model(0, "weight: 0.4") + Model(1, "weight: 0.3") + Model(2, "weight: 0.2") + Model(3, "weight: 0.1")),
        ("slerp", 59.7, "merge_method: slerp\ndtype: bfloat16\nbase_model: MODEL0\nparameters: {t: 0.4}\nmodels:\n" + Model(0, null) + Model(1, null)),
        ("dare_ties", 70.7, "merge_method: dare_ties\ndtype: bfloat16\nbase_model: MODEL0\nmodels:\n" + Three("weight: 0.3, density: 0.5")),
        ("ties", 152.0, "merge_method: ties\ndtype: bfloat16\nbase_model: MODEL0\nmodels:\n" + Three("weight: 0.3, density: 0.5")),
    ];

    public string Name => "merge-recipe";

    public IEnumerable<Figure> Run()
    {
        using var scratch = new ScratchFolder();
        var tensors = MergeData.Llama(DType.BF16, 32000, 1536, 4096, 512, 18, head: true);
        for (var m = 0; m < Models; m++)
        {
            Directory.CreateDirectory(scratch.File($"m{m}"));
            MergeData.Write(scratch.File($"m{m}", Checkpoint.SingleFile), tensors, m);
            scratch.Write($"m{m}/config.json", """{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "torch_dtype": "bfloat16", "num_hidden_layers": 18, "vocab_size": 32000}""");
        }
        foreach (var (name, mergekit, recipe) in Recipes)
        {
            var inputs = Enumerable.Range(0, Models).Where(m => recipe.Contains($"MODEL{m}", StringComparison.Ordinal)).ToArray();
            void Merge() => Carry(recipe, scratch);
            Merge();
            var usage = Usage.Interleaved(Rounds, Merge, () => Copy(scratch), () => Read(scratch, inputs));
            var memory = Usage.PeakAnonymous(Merge);
            var floor = usage[1].Seconds + usage[2].Seconds;
            yield return new Figure($"{name}, {inputs.Length} models of 1.1 GB", usage[0].Seconds, "s");
            yield return new Figure($"{name}, against a synced copy of one model", usage[0].Seconds / usage[1].Seconds, "×");
            yield return new Figure($"{name}, against the copy and reading the inputs", usage[0].Seconds / floor, "×", name == "linear" ? "≤ 1.5" : null, name == "linear" ? usage[0].Seconds <= 1.5 * floor : null);
            yield return new Figure($"{name}, CPU", usage[0].CpuSeconds, "s");
            yield return new Figure($"{name}, less CPU than mergekit's recorded {mergekit} s", mergekit / usage[0].CpuSeconds, "×", "≥ 5", mergekit / usage[0].CpuSeconds >= 5);
            yield return new Figure($"{name}, memory beyond mapped files", memory, "MB", "≤ 200", memory <= 200);
        }
    }

    static void Carry(string text, ScratchFolder scratch)
    {
        var recipe = RecipeReader.Read(text.Replace("MODEL", scratch.File("m"), StringComparison.Ordinal), "recipe.yml");
        using (var merge = PreparedMerge.Open(recipe, text, path => path, new PlanOptions { Threads = 2 }))
            merge.Run(new MergeTarget(scratch.File("out"), true, 5_000_000_000, 2), null);
    }

    static void Copy(ScratchFolder scratch)
    {
        using var source = File.OpenRead(scratch.File("m0", Checkpoint.SingleFile));
        using var target = new FileStream(scratch.File("copy"), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, PreallocationSize = source.Length });
        source.CopyTo(target, 1 << 20);
        target.Flush(flushToDisk: true);
    }

    static void Read(ScratchFolder scratch, int[] models)
    {
        var buffer = new byte[1 << 20];
        foreach (var m in models)
        {
            using var file = File.OpenRead(scratch.File($"m{m}", Checkpoint.SingleFile));
            while (file.Read(buffer) > 0) ;
        }
    }

    static string Model(int number, string? parameters) => $"  - model: MODEL{number}\n" + (parameters is null ? "" : $"    parameters: {{{parameters}}}\n");

    static string Three(string parameters) => Model(1, parameters) + Model(2, parameters) + Model(3, parameters);
}
