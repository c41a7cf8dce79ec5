using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Models.Common;
using MergeLab.Models.T5;
using MergeLab.Pipeline.Tests.Tensors;

namespace MergeLab.Pipeline.Tests.Models;

[Collection(Alone.Name)]
public sealed class T5ModelTests
{
    static readonly T5Config Small = new()
    {
        VocabularySize = 40,
        Width = 16,
        HeadWidth = 4,
        FeedForwardWidth = 24,
        Heads = 3,
        EncoderLayers = 2,
        DecoderLayers = 1,
        ActivationName = "gelu_new",
        Gated = true,
        ScaledHead = false,
        UntiedHead = true,
        Buckets = 8,
        MaxDistance = 20,
    };

    [Fact]
    public void A_new_model_is_a_function_of_its_seed_and_has_T5s_deviations()
    {
        using T5Model a = T5Model.Create(Small, 7), b = T5Model.Create(Small, 7), c = T5Model.Create(Small, 8), wider = T5Model.Create(Small with { EncoderLayers = 3 }, 7);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        Assert.All(a.Parameters.Names, n => Assert.True(a.Parameters[n].equal(b.Parameters[n]) && a.Parameters[n].equal(wider.Parameters[n])));
        Assert.False(a.Parameters["shared.weight"].equal(c.Parameters["shared.weight"]));
        var query = a.Parameters["encoder.block.0.layer.0.SelfAttention.q.weight"];
        // 192 draws: the deviation of a sample's deviation is 5 %.
        Assert.Equal(1 / Math.Sqrt(16 * 4), query.norm().item<float>() / Math.Sqrt(query.numel()), 0.02);
        Assert.True(a.Parameters["encoder.final_layer_norm.weight"].eq(1).all().ToBoolean());
    }

    [Fact]
    public void Full_training_moves_every_parameter_and_survives_saving()
    {
        TorchRuntime.Load();
        var handles = TorchRuntime.LiveHandles;
        using (var scratch = new ScratchFolder())
        using (NewDisposeScope())
        {
            using var t5 = T5Model.Create(Small, 3);
            var batch = Seq2SeqBatch.Of([[5, 6, 7, 1], [8, 9, 1]], [[7, 6, 5, 1], [9, 8, 1]], 0);
            var before = t5.Parameters.Tensors.Select(t => t.detach().clone()).ToList();
            using var adam = optim.AdamW(t5.Parameters.Tensors, lr: 0.01);
            var first = t5.Loss(batch).item<float>();
            manual_seed(1);
            for (var step = 0; step < 20; step++)
            {
                using var inner = NewDisposeScope();
                adam.zero_grad();
                t5.Loss(batch, dropout: 0.1).backward();
                adam.step();
            }
            var last = t5.Loss(batch).item<float>();
            Assert.True(last < first / 2, $"{first} to {last}");
            Assert.All(t5.Parameters.Tensors.Zip(before), p => Assert.False(p.First.equal(p.Second)));
            t5.Save(scratch.File("model"));
            using var source = Checkpoint.Open(scratch.File("model"));
            using var again = T5Model.Load(source);
            Assert.Equal(Small, again.Config);
            Assert.Equal(last, again.Loss(batch).item<float>());
            t5.Save(scratch.File("half"), DType.BF16);
            using var half = Checkpoint.Open(scratch.File("half"));
            using var rounded = T5Model.Load(half);
            Assert.Equal(last, rounded.Loss(batch).item<float>(), 0.1);
        }
        Assert.Equal(handles, TorchRuntime.LiveHandles);
    }

    [Fact]
    public void Dropout_draws_from_the_seeded_generator_and_is_off_otherwise()
    {
        using var t5 = T5Model.Create(Small, 3);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var batch = Seq2SeqBatch.Of([[5, 6, 7, 1]], [[7, 6, 5, 1]], 0);
        float Seeded(long seed)
        {
            manual_seed(seed);
            return t5.Loss(batch, dropout: 0.2).item<float>();
        }
        Assert.Equal(Seeded(1), Seeded(1));
        Assert.NotEqual(Seeded(1), Seeded(2));
        Assert.Equal(t5.Loss(batch).item<float>(), t5.Loss(batch).item<float>());
    }

    [Theory]
    [InlineData("\"d_model\": 20", "\"d_model\": 1000000000", "d_model")]
    [InlineData("\"num_heads\": 3", "\"num_heads\": 2.5", "num_heads")]
    [InlineData("\"num_layers\": 2", "\"layers\": 2", "num_layers")]
    [InlineData("\"relative_attention_num_buckets\": 8", "\"relative_attention_num_buckets\": 0", "relative_attention_num_buckets")]
    [InlineData("\"relative_attention_max_distance\": 20", "\"relative_attention_max_distance\": 4", "relative_attention_max_distance")]
    [InlineData("\"vocab_size\": 61", "\"vocab_size\": 61, \"feed_forward_proj\": \"gated-glue\"", "gated-glue")]
    [InlineData("\"pad_token_id\": 0", "\"pad_token_id\": 61", "pad_token_id")]
    [InlineData("\"layer_norm_epsilon\": 1e-06", "\"layer_norm_epsilon\": -1", "layer_norm_epsilon")]
    public void An_unsound_config_is_refused_with_file_and_line(string sound, string unsound, string named)
    {
        using var scratch = new ScratchFolder();
        var text = File.ReadAllText(Repository.Golden("models", "t5-v10-tied", "hf", "config.json"));
        Assert.Contains(sound, text, StringComparison.Ordinal);
        var file = scratch.Write("config.json", text.Replace(sound, unsound, StringComparison.Ordinal));
        var problem = Assert.Throws<ProblemException>(() => T5Config.Read(ModelConfig.Read(file))).Problem;
        Assert.Contains(named, problem.What, StringComparison.Ordinal);
        Assert.Equal(file, problem.Where!.File);
        Assert.NotNull(problem.Where.Line);
    }

    [Theory]
    [InlineData("\"d_ff\": 37", "\"d_ff\": 38", "wi.weight")]
    [InlineData("\"num_layers\": 2", "\"num_layers\": 3", "encoder.block.2")]
    [InlineData("\"vocab_size\": 61", "\"vocab_size\": 61, \"tie_word_embeddings\": false", "lm_head.weight")]
    public void Weights_that_do_not_fit_the_config_are_named(string sound, string other, string tensor)
    {
        using var scratch = new ScratchFolder();
        var hf = Repository.Golden("models", "t5-v10-tied", "hf");
        scratch.Write("config.json", File.ReadAllText(Path.Combine(hf, "config.json")).Replace(sound, other, StringComparison.Ordinal));
        File.Copy(Path.Combine(hf, "model.safetensors"), scratch.File("model.safetensors"));
        var handles = TorchRuntime.LiveHandles;
        using var source = Checkpoint.Open(scratch.Path);
        Assert.Contains(tensor, Assert.Throws<ProblemException>(() => T5Model.Load(source)).Problem.Where!.Tensor, StringComparison.Ordinal);
        Assert.Equal(handles, TorchRuntime.LiveHandles);
    }

    [Fact]
    public void Models_of_other_families_are_refused_by_name()
    {
        using var source = Checkpoint.Open(Repository.Golden("adapters", "bases", "gpt2"));
        Assert.Contains("gpt2", Assert.Throws<ProblemException>(() => ModelFactory.Create(source, new OpenOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_equal_copy_of_the_embeddings_as_head_is_the_embeddings()
    {
        // transformers 5 writes tie_word_embeddings: true for every T5, so the stored values decide.
        using var scratch = new ScratchFolder();
        using var t5 = T5Model.Create(Small with { UntiedHead = false }, 3, trainable: false);
        using (var writer = CheckpointWriter.Create(scratch.File("copy"), [.. t5.Parameters.Names.Append("lm_head.weight").Select(n => new TensorSpec(n, DType.F32, t5.Parameters[n == "lm_head.weight" ? "shared.weight" : n].shape))]))
        {
            writer.AddFile("config.json", t5.Config.ToJson());
            foreach (var name in t5.Parameters.Names.Append("lm_head.weight")) writer.Write(name, 0, Ops.Bytes(t5.Parameters[name == "lm_head.weight" ? "shared.weight" : name]));
            writer.Commit();
        }
        using var source = Checkpoint.Open(scratch.File("copy"));
        using var again = T5Model.Load(source);
        Assert.Equal(t5.Parameters.Names, again.Parameters.Names);
    }
}
