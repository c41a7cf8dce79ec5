namespace MergeLab.Execution;

/// <summary>One piece of work in a simulated schedule.</summary>
/// <param name="Seconds">How long it takes.</param>
/// <param name="Memory">Bytes it takes meanwhile.</param>
/// <param name="Needs">Indices of jobs that must end before.</param>
readonly record struct SimulatedJob(double Seconds, long Memory, IReadOnlyList<int> Needs);

/// <summary>
/// List scheduling: whenever a worker is free, the ready job with the longest chain of work behind it starts, if its memory fits (Graham 1969;
/// the order is that of Hu's level algorithm). The scheduler orders real stages by the same levels.
/// </summary>
static class ListSchedule
{
    /// <summary>Ready jobs that are tried before one is found that fits: keeps a full memory from making each step linear in the graph.</summary>
    const int Window = 64;

    /// <summary>Seconds until all jobs are done. Jobs need only jobs before them.</summary>
    public static double Makespan(IReadOnlyList<SimulatedJob> jobs, Budget budget)
    {
        var (dependants, missing) = Links(jobs);
        var levels = Levels(jobs, dependants);
        var ready = new PriorityQueue<int, (double, int)>();
        var running = new PriorityQueue<int, double>();
        for (var i = 0; i < jobs.Count; i++)
            if (missing[i] == 0) ready.Enqueue(i, (-levels[i], i));

        var (now, cores, memory) = (0.0, Math.Max(1, budget.Cores), budget.Memory);
        var unfit = new List<int>();
        while (ready.Count + running.Count > 0)
        {
            while (cores > 0 && unfit.Count < Window && ready.TryDequeue(out var job, out _))
            {
                // What is too large for the whole budget is counted as running alone.
                if (jobs[job].Memory > memory && running.Count > 0) unfit.Add(job);
                else
                {
                    running.Enqueue(job, now + jobs[job].Seconds);
                    cores--;
                    memory -= jobs[job].Memory;
                }
            }
            foreach (var job in unfit) ready.Enqueue(job, (-levels[job], job));
            unfit.Clear();
            if (!running.TryDequeue(out var ended, out now)) continue;
            cores++;
            memory += jobs[ended].Memory;
            foreach (var next in dependants[ended])
                if (--missing[next] == 0) ready.Enqueue(next, (-levels[next], next));
        }
        return now;
    }

    /// <summary>Seconds of the longest chain that begins with each job.</summary>
    public static double[] Levels(IReadOnlyList<SimulatedJob> jobs, IReadOnlyList<IReadOnlyList<int>> dependants)
    {
        var levels = new double[jobs.Count];
        for (var i = jobs.Count - 1; i >= 0; i--)
        {
            foreach (var next in dependants[i]) levels[i] = Math.Max(levels[i], levels[next]);
            levels[i] += jobs[i].Seconds;
        }
        return levels;
    }

    public static (List<int>[] Dependants, int[] Missing) Links(IReadOnlyList<SimulatedJob> jobs)
    {
        var dependants = new List<int>[jobs.Count];
        var missing = new int[jobs.Count];
        for (var i = 0; i < jobs.Count; i++)
        {
            dependants[i] = [];
            foreach (var need in jobs[i].Needs)
            {
                dependants[need].Add(i);
                missing[i]++;
            }
        }
        return (dependants, missing);
    }
}
