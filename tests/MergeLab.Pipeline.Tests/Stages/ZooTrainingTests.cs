using System.Text.Json.Nodes;
using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Data.World;
using MergeLab.Evaluation.Tasks;
using MergeLab.Stages.Zoo;

namespace MergeLab.Pipeline.Tests.Stages;

public class ZooTrainingTests
{
    [Fact]
    public void A_base_and_an_adapter_of_few_steps_load_again_and_come_out_the_same_twice()
    {
        using var scratch = new ScratchFolder();
        var (one, two) = (new ZooLayout(scratch.File("one")), new ZooLayout(scratch.File("two")));
        foreach (var zoo in new[] { one, two })
        {
            BaseTraining.Run(zoo, 3, ZooRecipe.Base with { Steps = 2, BatchSize = 8, ValidateEvery = 0 });
            AdapterTraining.Run(zoo, TaskTable.Get("nli"), 3, ZooRecipe.Adapter with { Steps = 2, BatchSize = 4, ValidateEvery = 0, Patience = 0 });
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(one.Base, "model.safetensors")), File.ReadAllBytes(Path.Combine(two.Base, "model.safetensors")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(one.Adapter("nli"), PeftAdapter.WeightsFile)), File.ReadAllBytes(Path.Combine(two.Adapter("nli"), PeftAdapter.WeightsFile)));

        using var model = EvaluatedModel.Open(one.Base, [one.Adapter("nli")]);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(one.Adapter("nli"), AdapterConfig.FileName)))!;
        Assert.Equal(Path.GetFullPath(one.Base), Path.GetFullPath(Path.Combine(one.Adapter("nli"), (string)config["base_model_name_or_path"]!)));
        Assert.Equal("SEQ_2_SEQ_LM", (string)config["task_type"]!);
        Assert.Equal(["q", "v"], config["target_modules"]!.AsArray().Select(t => (string)t!));
        Assert.Equal(ZooRecipe.Rank, (int)config["r"]!);
        Assert.True(TrainingRecord.Read(one.Adapter("nli")).Norm > 0);
        Assert.False(Directory.EnumerateFiles(scratch.Path, "*.tmp", SearchOption.AllDirectories).Any());
        Assert.Throws<ProblemException>(() => BaseTraining.Run(one, 3, ZooRecipe.Base));
    }

    [Fact]
    public void The_papers_sets_hold_the_papers_tasks()
    {
        Assert.Equal([2, 6, 15, 20], ZooMerge.PaperSets.Select(s => s.Size));
        Assert.Equal(["is-true", "describe"], ZooMerge.PaperSets[0].Tasks);
        Assert.DoesNotContain("is-true", ZooMerge.PaperSets[3].Tasks);
    }

    [Fact]
    public void A_scaled_merge_adds_its_scaled_task_vector()
    {
        using var scratch = new ScratchFolder();
        var zoo = new ZooLayout(Path.Combine(Repository.Root, "experiments", "zoo"));
        new ZooMerge("average", ["nli", "title"], 1).Write(zoo, scratch.File("one"), 1);
        new ZooMerge("average", ["nli", "title"], 3).Write(zoo, scratch.File("three"), 1);
        using var plain = MergeLab.Checkpoints.Checkpoint.Open(zoo.Base);
        using var one = AdaptedModel.Open(zoo.Base, scratch.File("one"));
        using var three = AdaptedModel.Open(zoo.Base, scratch.File("three"));
        const string Name = "decoder.block.1.layer.1.EncDecAttention.q.weight";
        float[] Values(MergeLab.Checkpoints.WeightSource source)
        {
            var values = new float[source.Find(Name)!.Count];
            source.Reader(Name).Read(0, values);
            return values;
        }

        var (w, w1, w3) = (Values(plain), Values(one), Values(three));
        for (var i = 0; i < w.Length; i++) Assert.Equal(3 * (w1[i] - w[i]), w3[i] - w[i], 1e-5f); // float32 sums of weights below 4
        Assert.Contains(Enumerable.Range(0, w.Length), i => Math.Abs(w1[i] - w[i]) > 1e-4);
    }
}
