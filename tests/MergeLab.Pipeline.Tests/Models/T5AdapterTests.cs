using System.Runtime.InteropServices;
using System.Text.Json;
using MergeLab.Checkpoints;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Models.Common;
using MergeLab.Models.T5;
using MergeLab.Pipeline.Tests.Tensors;

namespace MergeLab.Pipeline.Tests.Models;

/// <summary>T5 with adapters against the logits of PEFT.</summary>
[Collection(Alone.Name)]
public sealed class T5AdapterTests
{
    /// <summary>Relative to the largest logit: float32 against float64, and merged against unmerged, differ by up to 4e-6 in the reference.</summary>
    const double Tolerance = 1e-5;

    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Repository.Golden("adapters", "cases")).Select(d => Path.GetFileName(d)).Where(IsT5).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_cases() => Assert.True(Cases.Count >= 4, $"{Cases.Count} cases");

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_adapter_gives_the_references_logits_whether_multiplied_in_or_not(string name)
    {
        TorchRuntime.Load();
        var handles = TorchRuntime.LiveHandles;
        using (NewDisposeScope())
        {
            var folder = Repository.Golden("adapters", "cases", name);
            using var golden = SafetensorsFile.Open(Path.Combine(folder, "logits.safetensors"));
            using var inputs = SafetensorsFile.Open(Repository.Golden("adapters", "bases", BaseOf(folder), "inputs.safetensors"));
            var batch = new Seq2SeqBatch(Ids(inputs, "input_ids"), Ids(inputs, "attention_mask"), null, Ids(inputs, "decoder_input_ids"));
            using var plain = Checkpoint.Open(Repository.Golden("adapters", "bases", BaseOf(folder)));
            using var adapted = AdaptedModel.Open(Repository.Golden("adapters", "bases", BaseOf(folder)), Path.Combine(folder, "adapter"));
            foreach (var (source, factored, key) in new (WeightSource, bool, string)[] { (plain, false, "logits_base"), (adapted, true, "logits"), (adapted, false, "logits_merged") })
            {
                using var t5 = T5Model.Load(source, factored: factored);
                using var mode = inference_mode();
                Compare(golden, key, t5.Forward(batch).Logits);
            }
        }
        Assert.Equal(handles, TorchRuntime.LiveHandles);
    }

    [Fact]
    public void Several_adapters_add_up()
    {
        using var scope = NewDisposeScope();
        string[] both = [Repository.Golden("adapters", "cases", "t5-qv", "adapter"), Repository.Golden("adapters", "cases", "t5-regex-cross", "adapter")];
        using var source = AdaptedModel.Open(Repository.Golden("adapters", "bases", "t5"), both);
        using T5Model factored = T5Model.Load(source, factored: true), merged = T5Model.Load(source);
        Assert.Contains(factored.Parameters.Names, n => factored.Parameters.Linear(n).Terms.Count == 2);
        Assert.DoesNotContain(merged.Parameters.Names, n => merged.Parameters.Linear(n).Terms.Count > 0);
        var ids = tensor([5L, 9, 30, 2, 1], [1, 5]);
        using var mode = inference_mode();
        Tensor a = factored.Forward(new(ids, null, ids)).Logits, b = merged.Forward(new(ids, null, ids)).Logits;
        Assert.True((a - b).abs().max().item<float>() <= Tolerance * b.abs().max().item<float>());
    }

    [Fact]
    public void Training_factors_lowers_the_loss_and_the_saved_adapter_is_the_trained_model()
    {
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        var basePath = Repository.Golden("adapters", "bases", "t5");
        using var source = Checkpoint.Open(basePath);
        using var t5 = T5Model.Load(source);
        var batch = Seq2SeqBatch.Of([[5, 6, 7, 1], [8, 9, 1]], [[7, 6, 1], [9, 1]], t5.Config.PadId);
        float before, after;
        using (var lora = new LoraParameters(t5.Parameters, ["q", "v", "wo"], rank: 3, alpha: 6, seed: 1))
        {
            using var adam = optim.AdamW(lora.Tensors, lr: 0.02, weight_decay: 0);
            before = t5.Loss(batch).item<float>();
            for (var step = 0; step < 30; step++)
            {
                using var inner = NewDisposeScope();
                adam.zero_grad();
                t5.Loss(batch).backward();
                adam.step();
            }
            after = t5.Loss(batch).item<float>();
            Assert.True(after < before / 2, $"{before} to {after}");
            lora.Save(scratch.File("adapter"), new LoraAdapterOptions { BaseModel = basePath, TargetModules = ["q", "v", "wo"], TaskType = "SEQ_2_SEQ_LM" });
        }
        Assert.Equal(before, t5.Loss(batch).item<float>());
        using var adapted = AdaptedModel.Open(basePath, scratch.File("adapter"));
        using var reopened = T5Model.Load(adapted, factored: true);
        Assert.Equal(after, reopened.Loss(batch).item<float>());
    }

    [Fact]
    public void A_target_that_names_nothing_is_refused()
    {
        using var source = Checkpoint.Open(Repository.Golden("adapters", "bases", "t5"));
        using var t5 = T5Model.Load(source);
        Assert.Contains("q_proj", Assert.Throws<MergeLab.Core.Errors.ProblemException>(() => new LoraParameters(t5.Parameters, ["q", "q_proj"], 2, 2, 0)).Message, StringComparison.Ordinal);
    }

    static bool IsT5(string name) => BaseOf(Repository.Golden("adapters", "cases", name)).StartsWith("t5", StringComparison.Ordinal);

    static string BaseOf(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        return document.RootElement.GetProperty("base").GetString()!;
    }

    static Tensor Ids(SafetensorsFile file, string name) => tensor(MemoryMarshal.Cast<byte, long>(file.Bytes(file.Find(name)!)).ToArray(), [.. file.Find(name)!.Shape]);

    static void Compare(SafetensorsFile golden, string key, Tensor found)
    {
        var expected = MemoryMarshal.Cast<byte, float>(golden.Bytes(golden.Find(key)!)).ToArray();
        var ours = found.data<float>().ToArray();
        var worst = expected.Zip(ours, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(expected.Length == ours.Length && worst <= Tolerance * expected.Max(Math.Abs), $"{key}: off by {worst}");
    }
}
