using MergeLab.Core.Errors;
using MergeLab.Core.Yaml;
using MergeLab.Experiments.Reading;

namespace MergeLab.Experiments;

/// <summary>YAML to a validated experiment. Every mistake is named with its line and column before anything is read or run.</summary>
public static class ExperimentReader
{
    /// <param name="path">The file; paths in it are relative to its folder.</param>
    /// <exception cref="ProblemException">It cannot be read, or says something that does not hold.</exception>
    public static Experiment ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path).Length > 4L * YamlReader.MaxCharacters)
                throw new ProblemException("the file is too large for an experiment", new Place(path), remedy: "split it");
            return Read(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException("the experiment cannot be read", new Place(path), e.Message, "check the path and its permissions", inner: e);
        }
    }

    /// <param name="text">The YAML.</param>
    /// <param name="file">Its path, for messages and for the paths in it.</param>
    /// <exception cref="ProblemException">The text says something that does not hold.</exception>
    public static Experiment Read(string text, string file)
    {
        var root = YamlReader.Read(text, file);
        ExperimentShape.Root.Check(root, "an experiment");
        var paths = new FolderPaths(file);
        var adapters = root.Get("adapters").Entries().Select(e => new NamedPath(e.Key, paths.Absolute(e.Value), e.KeyPlace)).ToList();
        var sets = ReadSets(root.Get("sets"), [.. adapters.Select(a => a.Name)]);
        var knownSets = new Known("set", sets.Keys);
        var merges = root.Get("merges").Items().Select(m => MergeReader.Read(m, sets, knownSets)).ToList();
        References.Check(merges, sets);
        var experiment = new Experiment
        {
            Name = ReadName(root.Need("name")),
            Title = root.TextOf("title"),
            Paper = root.Get("paper") is { } paper ? new PaperReference(paper.Need("title").Text(), paper.TextOf("table")) : null,
            Place = root.Need("name").Place,
            Seed = root.Get("seed") is { } seed ? (long)seed.Number() : 0,
            Base = paths.Absolute(root.Need("base")),
            Adapters = adapters,
            Tasks = [.. root.Get("tasks").Entries().Select(e => TaskReader.Read(e, paths))],
            Sets = [.. sets.Values],
            Merges = merges,
            Recipes = RecipeMergeReader.Read(root.Get("recipes"), paths, sets.Keys),
            Baselines = [.. root.Get("baselines").Items().Select(b => b.Text())],
            Evaluate = ReadTasks(root.Get("evaluate")?.Get("tasks")),
            BatchSize = root.Get("evaluate")?.Get("batch_size") is { } size ? (int)size.Number() : ExperimentShape.DefaultBatchSize,
            Published = null,
            Tolerance = RequestReader.Tolerance(root.Get("tolerance")),
            Tables = [],
            Figures = [],
            Slow = root.FlagOf("slow"),
        };
        CheckTasks(experiment, root);
        _ = MergeGrid.Expand(experiment); // what only shows unfolded: a merge that is listed twice
        var requests = new RequestReader(experiment);
        experiment = experiment with
        {
            Published = requests.Published(root.Get("published")),
            Tables = [.. root.Get("tables").Items().Select(requests.Table)],
            Figures = [.. root.Get("figures").Items().Select(requests.Figure)],
        };
        return experiment;
    }

    static string ReadName(YamlNode node) => !ReservedNames.All.Contains(node.Text()) ? node.Text()
        : throw new ProblemException($"an experiment cannot be named '{node.Text()}'", node.Place, "it would hide the build target of that name", "choose another name");

    static Dictionary<string, AdapterList> ReadSets(YamlNode? node, IReadOnlyCollection<string> adapters)
    {
        var known = new Known("adapter", adapters.ToHashSet(StringComparer.Ordinal));
        var sets = new Dictionary<string, AdapterList>(StringComparer.Ordinal);
        foreach (var entry in node.Entries())
        {
            var members = new List<string>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in entry.Value.Items())
            {
                var member = item is YamlMap ? item.Need("model") : item;
                if (!member.Text().StartsWith('@')) known.Name(member);
                if (!seen.Add(member.Text())) throw new ProblemException($"'{member.Text()}' is listed twice in set '{entry.Key}'", member.Place, remedy: "remove one of the two");
                members.Add(member.Text());
            }
            sets[entry.Key] = new AdapterList(entry.Key, members, entry.KeyPlace);
        }
        return sets;
    }

    static IReadOnlyList<string> ReadTasks(YamlNode? node) => node switch
    {
        null => ["all"],
        YamlList list => [.. list.Items.Select(i => i.Text())],
        _ => [node.Text()],
    };

    static void CheckTasks(Experiment experiment, YamlNode root)
    {
        var known = new Known("task", [.. experiment.Tasks.Select(t => t.Name), .. ExperimentShape.TaskWords]);
        var node = root.Get("evaluate")?.Get("tasks");
        foreach (var item in node is YamlList list ? list.Items : node is null ? [] : [node])
        {
            var word = known.Name(item);
            if (word == "held_out" && !experiment.Tasks.Any(t => t.HeldOut))
                throw new ProblemException("no task is held out", item.Place, remedy: "mark one with 'held_out: true', or evaluate other tasks");
            if (word == "own" && experiment.Adapters.FirstOrDefault(a => experiment.Tasks.All(t => t.Name != a.Name)) is { } without)
                throw new ProblemException($"adapter '{without.Name}' has no task of its own", item.Place, "its own task is the task of the same name", $"add a task '{without.Name}', or list tasks by name");
        }
    }
}
