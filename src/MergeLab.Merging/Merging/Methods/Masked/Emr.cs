using System.Globalization;
using System.Numerics;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Merging.Engine;
using MergeLab.Merging.Methods.Statistics;

namespace MergeLab.Merging.Methods.Masked;

/// <summary>
/// EMR-Merging (Huang et al., NeurIPS 2024, section 3.2): the unified task vector has the sign of Σ τ_i, a zero sum counting as negative, and the
/// largest magnitude among the task vectors of that sign. A task's model is base + rescaler·mask·unified: its mask is where its own task vector
/// has that sign, its rescaler makes the mean magnitudes of the tensors, summed, those of its task vector.
/// </summary>
public sealed class Emr : IMergeMethod
{
    public ITensorRule Begin(MergeRun run)
    {
        var tasks = run.Tensors.Where(t => t.Output.DType.IsFloat() && t.CopyOf is null).Select(t => t.Settings.NumberOrNull("task")).Distinct().ToList();
        if (tasks.Count > 1) throw new ProblemException("'task' differs between tensors", why: "a task's rescaler is that of the whole model", remedy: "give one number for the whole merge");
        var models = run.Tensors.SelectMany(t => t.Models).Select(m => m.Model).Distinct().Order().ToArray();
        run.Note(Storage(run, models.Length));
        if (tasks is not [{ } task]) return new Rule(null, 1);
        if (task > models.Length) throw new ProblemException($"there is no task {task}", why: $"{models.Length} models are merged", remedy: $"give a number from 1 to {models.Length}");
        var model = models[(int)task - 1];
        return new Rule(model, Rescaler(run, model));
    }

    /// <summary>What keeping the unified model with masks and rescalers takes, beside keeping every model.</summary>
    static string Storage(MergeRun run, int models)
    {
        var tensors = run.Tensors.Where(t => t.Output.DType.IsFloat()).ToList();
        var (unified, mask) = (tensors.Sum(t => t.Output.Bytes), tensors.Sum(t => (t.Output.Count + 7) / 8));
        return string.Create(CultureInfo.InvariantCulture, $"EMR keeps {unified + models * (mask + sizeof(float))} bytes: one model of {unified}, {models} masks of {mask}, {models} rescalers; all models apart take {models * unified}");
    }

    static double Rescaler(MergeRun run, int model)
    {
        var (own, kept) = (0.0, 0.0);
        foreach (var tensor in run.Tensors.Where(t => t.Output.DType.IsFloat() && t.Output.Count > 0 && t.Models.Any(m => m.Model == model)))
        {
            var sums = tensor.InDouble ? Magnitudes<double>(tensor, run, model) : Magnitudes<float>(tensor, run, model);
            own += sums[0] / tensor.Output.Count;
            kept += sums[1] / tensor.Output.Count;
        }
        // A task vector of zeros agrees with nothing: its model is the base, whatever the rescaler.
        return kept == 0 ? 1 : own / kept;
    }

    static double[] Magnitudes<T>(TensorMerge tensor, MergeRun run, int model) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var row = Row(tensor, model);
        return TensorStatistics.Sum<T>(tensor, InputSpace.TaskVectors, run, 2, (in Block<T> block, Span<double> sums) =>
        {
            sums[0] += RowSums.Magnitudes<T>(block.Row(row));
            Unify(block);
            Mask(block, row);
            sums[1] += RowSums.Magnitudes<T>(block.Output);
        });
    }

    static int Row(TensorMerge tensor, int model) => tensor.Models.TakeWhile(m => m.Model != model).Count();

    /// <summary>The unified task vector, into the output.</summary>
    static void Unify<T>(in Block<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var e = 0;
        for (; e <= block.Length - Vector<T>.Count; e += Vector<T>.Count)
        {
            Vector<T> sum = default, most = default, least = default;
            for (var i = 0; i < block.Count; i++)
            {
                var value = new Vector<T>(block.Row(i)[e..]);
                sum += value;
                most = Vector.Max(most, value);
                least = Vector.Min(least, value);
            }
            Vector.ConditionalSelect(Vector.GreaterThan(sum, Vector<T>.Zero), most, least).CopyTo(block.Output[e..]);
        }
        for (; e < block.Length; e++)
        {
            T sum = default, most = default, least = default;
            for (var i = 0; i < block.Count; i++)
            {
                var value = block.Row(i)[e];
                sum += value;
                most = T.Max(most, value);
                least = T.Min(least, value);
            }
            block.Output[e] = sum > T.Zero ? most : least;
        }
    }

    /// <summary>Drops from the output what a task vector disagrees with.</summary>
    static void Mask<T>(in Block<T> block, int row) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = block.Row(row);
        for (var e = 0; e < block.Length; e++)
        {
            var agrees = (own[e] > T.Zero && block.Output[e] > T.Zero) || (own[e] < T.Zero && block.Output[e] < T.Zero);
            block.Output[e] = agrees ? block.Output[e] : T.Zero;
        }
    }

    sealed class Rule(int? task, double rescaler) : ITensorRule
    {
        public InputSpace Space => InputSpace.TaskVectors;

        public ElementKernel<T> Prepare<T>(TensorMerge tensor, MergeRun run) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            if (task is not { } model) return new Kernel<T>(null, T.One);
            return new Kernel<T>(Row(tensor, model), tensor.Models.Any(m => m.Model == model) ? T.CreateChecked(rescaler) : T.Zero);
        }
    }

    sealed class Kernel<T>(int? row, T rescaler) : ElementKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override void Run(in Block<T> block)
        {
            Unify(block);
            if (row is not { } own) return;
            if (own < block.Count) Mask(block, own);
            foreach (ref var value in block.Output) value *= rescaler;
        }
    }
}
