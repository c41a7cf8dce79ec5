using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeLab.Core.Errors;
using MergeLab.Data.World;
using MergeLab.Reporting;

namespace MergeLab.Stages.Zoo;

/// <summary>The zoo's card: <c>README.md</c>, the picture of all scores, and the numbers as JSON, written into the zoo's folder.</summary>
public static class ZooCard
{
    public const string ReadmeName = "README.md", PictureName = "matrix.svg";

    static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Write(ZooLayout zoo, ZooScores scores)
    {
        File.WriteAllText(Path.Combine(zoo.Root, ZooScores.FileName), JsonSerializer.Serialize(scores, Form) + "\n");
        File.WriteAllText(Path.Combine(zoo.Root, PictureName), Picture(scores).ToSvg());
        File.WriteAllText(Path.Combine(zoo.Root, ReadmeName), Readme(zoo, scores));
    }

    /// <summary>The numbers of an earlier <see cref="Write"/>.</summary>
    /// <exception cref="ProblemException">There are none.</exception>
    public static ZooScores Read(ZooLayout zoo)
    {
        var path = Path.Combine(zoo.Root, ZooScores.FileName);
        if (!File.Exists(path)) throw new ProblemException("the zoo has no scores", new Place(path), remedy: "mergelab zoo card measures them");
        try
        {
            return JsonSerializer.Deserialize<ZooScores>(File.ReadAllBytes(path), Form) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ProblemException("these are no scores", new Place(path), e.Message, "mergelab zoo card measures them again", inner: e);
        }
    }

    /// <summary>Every adapter's gain over the base.</summary>
    static HeatMap Picture(ZooScores scores)
    {
        var values = new double[scores.Models.Count - 1, scores.Tasks.Count];
        for (var r = 0; r < values.GetLength(0); r++)
            for (var c = 0; c < values.GetLength(1); c++) values[r, c] = 100 * (scores.Matrix[r + 1][c] - scores.Matrix[0][c]);
        return new HeatMap("Points gained over the base: adapter (row) on task (column)", [.. scores.Models.Skip(1)], scores.Tasks, values)
        {
            Reach = 30,
            Format = "+0;-0;0",
            Framed = (r, c) => r == c,
        };
    }

    static string Readme(ZooLayout zoo, ZooScores scores)
    {
        var text = new StringBuilder();
        var model = TrainingRecord.Read(zoo.Base);
        var records = TaskTable.All.Select(t => TrainingRecord.Read(zoo.Adapter(t.Name))).ToArray();
        Line($"# The embedded models");
        Line($"");
        Line($"Written by `mergelab zoo card`; numbers in `{ZooScores.FileName}`, digests in `{ZooDigests.FileName}` (`mergelab verify` compares them). The world and its tasks: [docs/zoo.md](../../docs/zoo.md).");
        Line($"");
        Line($"* **{ZooLayout.BaseName}**: T5 v1.1's form, {ZooRecipe.Model.Width} wide, {ZooRecipe.Model.Heads} heads of {ZooRecipe.Model.HeadWidth}, feed-forward {ZooRecipe.Model.FeedForwardWidth}, {ZooRecipe.Model.EncoderLayers} + {ZooRecipe.Model.DecoderLayers} layers, head tied: {model.Parameters:N0} weights. Trained on the mixture of world {model.WorldSeed}, seed {model.Seed}: {model.Options}. {model.Seconds / 60:F1} minutes on one thread, {model.PeakMegabytes} MB; validation loss {model.StartLoss:F2} → {model.ValidationLoss:F3}.");
        Line($"* **{ZooLayout.AdaptersName}**: {records.Length} LoRA adapters, r {ZooRecipe.Rank}, alpha {ZooRecipe.Alpha}, on {string.Join(" and ", ZooRecipe.Targets)} of every attention ({records[0].Parameters:N0} weights each), seed {records[0].Seed}: {string.Join("; ", records.GroupBy(r => r.Options).Select(Recipe))}. The weights of the lowest validation loss are kept. {records.Sum(r => r.Seconds) / 60:F1} minutes for all, {records.Max(r => r.PeakMegabytes)} MB at most.");
        Line($"");
        Line($"All in float32, in the layout that transformers and PEFT load. Built again by `./build.sh --target=TrainZoo`: the same recipe, and on the same processor the same bytes.");
        Line($"");
        Line($"## Each adapter on its own task and on the held-out one");
        Line($"Test rows: {TaskFile.TestRows} a task, {TaskFile.HeldOutTestRows} of {TaskTable.HeldOut.Name}. *constant*: always the most frequent answer. *p*: paired with the base, two-sided; McNemar's exact test for right or wrong, the t-test for ROUGE. *norm*: of the task vector; the base's weights have {model.Norm:F0}. ROUGE is ROUGE-L's F. Held-out: the base scores {scores.Matrix[0][^1]:F3}, a constant {scores.Constants[^1]:F3}.");
        Line($"");
        Line($"| task | metric | constant | base | adapter | gain, points [95 %] | p | steps (best) | validation loss | norm | seconds | held-out gain, points [95 %] |");
        Line($"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (var i = 0; i < records.Length; i++)
        {
            var (own, heldOut, r) = (scores.Own[i], scores.HeldOut[i], records[i]);
            Line($"| {r.Task} | {scores.Metrics[i]} | {scores.Constants[i]:F3} | {own.Reference:F3} | {own.Value:F3} | {Gain(own)} | {Probability(own.P)} | {r.Steps} ({r.BestStep}) | {r.StartLoss:F3} → {r.ValidationLoss:F3} | {r.Norm:F2} | {r.Seconds:F0} | {Gain(heldOut)} |");
        }
        Line($"");
        Line($"Adapters that beat the base on their own task with p < 0.001: {scores.Own.Count(o => o.Gain > 0 && o.P < 0.001)} of {records.Length}.");
        Line($"");
        Line($"![Gain of every adapter on every task]({PictureName})");
        Line($"");
        Line($"## Merges");
        Line($"The paper's sets of 2, 6, 15 and 20, and all {records.Length}. *own*: mean over the tasks of the merged adapters. A scale other than 1 multiplies the merged task vector; it was chosen by the mean over the validation rows of all tasks, {string.Join("; ", scores.ScaleTrials.Select(Trials))}.");
        Line($"");
        Line($"| method | models | scale | held-out | gain, points [95 %] | p | own | gain, points [95 %] | p |");
        Line($"| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var m in scores.Merges)
            Line($"| {m.Method} | {m.Models} | {m.Scale} | {m.HeldOut.Value:F3} | {Gain(m.HeldOut)} | {Probability(m.HeldOut.P)} | {m.Own.Value:F3} | {Gain(m.Own)} | {Probability(m.Own.P)} |");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>The first group is the rule, the others name their tasks.</summary>
    static string Recipe(IGrouping<string, TrainingRecord> group, int place) => place == 0 ? group.Key : $"{string.Join(", ", group.Select(r => r.Task))}: {group.Key}";

    static string Trials(KeyValuePair<string, IReadOnlyList<ScaleTrial>> trials) =>
        $"{trials.Key}: {string.Join(", ", trials.Value.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Scale} gives {t.Validation:F3}")))}";

    static string Gain(PairedGain gain) => string.Create(CultureInfo.InvariantCulture, $"{100 * gain.Gain:+0.0;-0.0;0.0} [{100 * gain.Low:+0.0;-0.0;0.0}, {100 * gain.High:+0.0;-0.0;0.0}]");

    static string Probability(double p) => p < 1e-10 ? "< 1e-10" : p.ToString("0.0e0", CultureInfo.InvariantCulture);
}
