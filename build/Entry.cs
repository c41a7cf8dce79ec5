using Cake.Core;
using Cake.Core.Scripting;
using MergeLab.Core.Errors;

namespace MergeLab.Build;

/// <summary>What build/bootstrap.cake calls, by reflection, with Cake's own script host. The only file that knows Cake.</summary>
public static class Entry
{
    public static void Run(IScriptHost host)
    {
        var root = host.Context.Environment.WorkingDirectory.FullPath;
        var arguments = new Arguments(host.Context.Arguments.GetArguments()
            .Select(a => KeyValuePair.Create<string, IReadOnlyList<string>>(a.Key, [.. a.Value.Where(v => v is not null)])));
        // build.sh says where the user stood before it changed to the repository.
        var from = Environment.GetEnvironmentVariable("MERGELAB_FROM") is { Length: > 0 } folder ? folder : root;
        using var children = new Children(root);
        var invocation = new Invocation(root, from, arguments, children);

        IReadOnlyList<Target> asked = [];
        var exit = ExitCode.Done;
        var ran = false;
        try
        {
            var table = WithStages(host, invocation);
            asked = arguments.Targets(table, TargetTable.Standard);
            arguments.Check(table, asked);
            foreach (var target in table) Register(host, target, invocation, e => (exit, ran) = (e, true));
            host.RunTargets(asked.Select(t => t.Name));
        }
        catch (ProblemException e)
        {
            exit = e.Problem.Exit;
            Console.Error.WriteLine($"error: {e.Problem}");
        }
        // Cake has reported a failed task already; Register left its exit code.
        catch (Exception e) when ((e is CakeException or CakeReportException) && exit != ExitCode.Done)
        {
        }

        // A dry run and --tree run no action, and then there is nothing to sum up.
        if ((ran || exit != ExitCode.Done) && asked.Select(t => t.Closing).FirstOrDefault(c => c is not null) is { } closing)
            Console.Out.WriteLine(closing(invocation, exit));
        // Returning would let Cake print an error of its own after the closing line, and end with 1 whatever the code.
        if (exit == ExitCode.Done) return;
        Console.Out.Flush();
        Environment.Exit((int)exit);
    }

    /// <summary>Stages become targets where one is asked for, or where Cake only lists: reading them costs a moment.</summary>
    static IReadOnlyList<Target> WithStages(IScriptHost host, Invocation invocation)
    {
        var asked = invocation.Arguments.All("target");
        var lists = host.GetType().Name != "BuildScriptHost";
        if (!lists && asked.All(a => TargetTable.All.Any(t => t.Name.Equals(a, StringComparison.OrdinalIgnoreCase)))) return TargetTable.All;
        return [.. TargetTable.All, .. StageTargets.Load(invocation, asked)];
    }

    static void Register(IScriptHost host, Target target, Invocation invocation, Action<ExitCode> ended)
    {
        var task = host.Task(target.Name).Description(target.Description);
        foreach (var need in target.Needs) task.IsDependentOn(need);
        task.Does(() =>
        {
            var exit = ExitCode.CheckFailed;
            try
            {
                exit = target.Run(invocation);
            }
            catch (ProblemException e)
            {
                exit = e.Problem.Exit;
                Console.Error.WriteLine($"error: {e.Problem}");
            }
            finally
            {
                ended(exit);
            }
            if (exit != ExitCode.Done) throw new CakeException((int)exit, $"{target.Name} ended with {(int)exit}");
        });
    }
}
