namespace MergeLab.Merging.Methods.Spectral;

/// <summary>The task vectors of one weight matrix, in float64, each made when it is asked for: whole, or in an orthonormal basis of what they span.</summary>
abstract class TaskMatrices
{
    /// <summary>T.</summary>
    public abstract int Count { get; }

    public abstract long Rows { get; }

    public abstract long Columns { get; }

    /// <summary>The smaller side of the weight itself, from which ranks are counted.</summary>
    public abstract long SmallerSide { get; }

    /// <summary>A new tensor (rows × columns) of the caller's scope. Called from any thread.</summary>
    public abstract Tensor Load(int task);

    /// <summary>
    /// Σ term(t) over all tasks, a new tensor. Terms are computed in parallel and added in order, so that no bit depends on the number of threads.
    /// </summary>
    public Tensor Sum(MatrixSettings settings, Func<int, Tensor> term)
    {
        var sum = zeros([Rows, Columns], ScalarType.Float64);
        ForEach(settings, term, (_, value) => sum.add_(value));
        return sum;
    }

    public Tensor Sum(MatrixSettings settings) => Sum(settings, Load);

    /// <summary>Makes something of every task in parallel, as many at a time as there are threads, and takes the results in order.</summary>
    public void ForEach(MatrixSettings settings, Func<int, Tensor> make, Action<int, Tensor> take) =>
        ForEach(settings, t => new[] { make(t) }, (t, made) => take(t, made[0]));

    public void ForEach(MatrixSettings settings, Func<int, Tensor[]> make, Action<int, Tensor[]> take)
    {
        var made = new Tensor[Count][];
        for (var first = 0; first < Count; first += settings.Threads)
        {
            var end = Math.Min(first + settings.Threads, Count);
            if (end - first == 1) Make(first);
            else Parallel.For(first, end, new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = settings.Cancellation }, Make);
            for (var t = first; t < end; t++)
            {
                take(t, made[t]);
                foreach (var tensor in made[t]) tensor.Dispose();
            }
        }

        void Make(int task)
        {
            settings.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            made[task] = make(task);
            foreach (var tensor in made[task]) tensor.DetachFromDisposeScope();
        }
    }
}
