using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Recipes;
using MergeLab.Merging.Vocabularies;

namespace MergeLab.Benchmarks;

/// <summary>
/// Two models of 32,000 tokens in different orders, a tenth of them not shared: planning their union, and reading an embedding through it
/// against reading it as it lies.
/// </summary>
sealed class VocabularyBenchmark : IBenchmark
{
    const int Tokens = 32_000;
    const int Width = 2048;
    const string Embedding = "model.embed_tokens.weight";

    public string Name => "vocabulary";

    public IEnumerable<Figure> Run()
    {
        var scratch = Directory.CreateTempSubdirectory("mergelab-bench-").FullName;
        try
        {
            WriteModel(scratch, "a", 0);
            WriteModel(scratch, "b", Tokens / 10);
            using var a = Checkpoint.Open(Path.Combine(scratch, "a"));
            using var b = Checkpoint.Open(Path.Combine(scratch, "b"));
            var request = new TokenizerRequest(VocabularySource.Union, null, [], null, new Place("recipe"));
            var models = new[] { a, b }.Select(m => new VocabularyModel(new ModelReference(m.Name, null, new Place("recipe")), m.Folder, Tokens)).ToList();
            Plan(request, models);
            var (plan, seconds) = Plan(request, models);
            yield return new Figure("planning the union of two tokenizers of 32,000 tokens", seconds, "s");
            var aligned = plan.Align(Embedding, [(models[0].Reference, a.Reader(Embedding)), (models[1].Reference, b.Reader(Embedding))]);
            var plain = Seconds(b.Reader(Embedding));
            yield return new Figure("reading bf16 rows as they lie", Tokens * Width * 2 / plain / 1e9, "GB/s");
            var ratio = Seconds(aligned[1]) / aligned[1].Tensor.Count / (plain / (Tokens * Width));
            yield return new Figure("reading them through a permutation, time for an element against that", ratio, "×", "≤ 5", ratio <= 5);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    static (VocabularyPlan Plan, double Seconds) Plan(TokenizerRequest request, IReadOnlyList<VocabularyModel> models)
    {
        var clock = Stopwatch.StartNew();
        var plan = VocabularyPlan.Of(request, models, firstIsBase: true);
        return (plan, clock.Elapsed.TotalSeconds);
    }

    /// <summary>The fastest of five, in blocks as the engine reads them.</summary>
    static double Seconds(TensorReader reader)
    {
        var block = new float[4096];
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var clock = Stopwatch.StartNew();
            for (var at = 0L; at < reader.Tensor.Count; at += block.Length) reader.Read(at, block.AsSpan(0, (int)Math.Min(block.Length, reader.Tensor.Count - at)));
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return best;
    }

    static void WriteModel(string scratch, string name, int firstToken)
    {
        var folder = Path.Combine(scratch, name);
        Directory.CreateDirectory(folder);
        var order = Enumerable.Range(firstToken, Tokens).Select(t => t.ToString(CultureInfo.InvariantCulture)).ToArray();
        if (firstToken > 0) new Random(1).Shuffle(order);
        File.WriteAllText(Path.Combine(folder, TokenizerFile.FileName), JsonSerializer.Serialize(new { model = new { type = "WordLevel", vocab = order.Select((t, i) => (t, i)).ToDictionary() } }));
        var spec = new TensorSpec(Embedding, DType.BF16, [Tokens, Width]);
        using var writer = SafetensorsWriter.Create(Path.Combine(folder, Checkpoint.SingleFile), [spec]);
        var values = new ushort[Tokens * Width];
        for (var i = 0; i < values.Length; i++) values[i] = (ushort)(0x3F80 + (i & 0x7F));
        writer.Write(Embedding, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        writer.Commit();
    }
}
