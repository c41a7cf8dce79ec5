using System.Collections.Frozen;
using System.Text.Json.Nodes;
using MergeLab.Experiments.Parameters;
using MergeLab.Merging.Methods;

namespace MergeLab.Experiments.Graph;

/// <summary>Appends the stages of one experiment.</summary>
sealed class GraphBuilder(Experiment experiment, List<StageNode> nodes, Dictionary<StageNode, EvaluateCell> cells)
{
    static readonly JsonObject NoVariant = [];
    static readonly FrozenDictionary<string, StageNode> NoNeeds = FrozenDictionary<string, StageNode>.Empty;

    readonly IReadOnlyList<MergeVariant> variants = MergeGrid.Expand(experiment);
    readonly Dictionary<string, string> adapters = experiment.Adapters.ToDictionary(a => a.Name, a => a.Path, StringComparer.Ordinal);
    readonly Dictionary<string, AdapterList> sets = experiment.Sets.ToDictionary(s => s.Name, StringComparer.Ordinal);
    readonly Dictionary<string, TaskDefinition> tasks = experiment.Tasks.ToDictionary(t => t.Name, StringComparer.Ordinal);
    readonly Dictionary<string, JsonObject> taskParameters = experiment.Tasks.ToDictionary(t => t.Name, t => Parameters(experiment, t), StringComparer.Ordinal);
    readonly ILookup<(string Method, string Task), PublishedCell> published =
        (experiment.Published?.Cells ?? []).ToLookup(c => (c.Method, c.Task));
    readonly Dictionary<(string Scale, string Member), StageNode> vectors = [];
    readonly Dictionary<string, string[]> figures = experiment.Tasks.ToDictionary(t => t.Name, t => (string[])[.. t.Metrics.SelectMany(m => m.Figures)], StringComparer.Ordinal);
    readonly Dictionary<(string Variant, string Set), StageNode> merges = [];
    readonly List<(StageNode Node, EvaluateCell Cell)> evaluated = [];
    string[]? scales;

    public void Build()
    {
        AddVerify();
        // In the order of adapters, not of use: adding a set then moves no line of what is printed.
        foreach (var scale in Scales)
        {
            var used = variants.Where(v => Scale(v) == scale).SelectMany(v => v.Entry.Sets).Distinct().SelectMany(s => sets[s].Members).ToHashSet(StringComparer.Ordinal);
            foreach (var adapter in experiment.Adapters.Where(a => used.Contains(a.Name))) Vectors(scale, adapter.Name);
        }
        foreach (var variant in variants)
            foreach (var set in variant.Entry.Sets) Merge(variant, sets[set]);
        foreach (var baseline in experiment.Baselines) AddBaseline(baseline);
        foreach (var variant in variants)
            foreach (var set in variant.Entry.Sets) AddEvaluations(variant, sets[set]);
        foreach (var recipe in experiment.Recipes)
            foreach (var task in EvaluatedTasks.Of(experiment, [])) AddEvaluation(recipe.Method, recipe.Method, NoVariant, "{}", recipe.Name, recipe.Models, task, Merge(recipe), null);
        AddReport();
    }

    string[] Scales => scales ??= [.. variants.Select(Scale).Distinct()];

    static string Scale(MergeVariant variant) => variant.Settings["lora_scale"]?.ToString() ?? "peft";

    void AddVerify()
    {
        var files = new Dictionary<string, string> { [StageRoles.Base] = experiment.Base };
        for (var i = 0; i < experiment.Adapters.Count; i++) files[StageRoles.AdapterAt(i)] = experiment.Adapters[i].Path;
        for (var i = 0; i < experiment.Tasks.Count; i++) files[StageRoles.DataAt(i)] = experiment.Tasks[i].Data;
        Add(StageKinds.Verify, "", [], files, NoNeeds);
    }

    StageNode Vectors(string scale, string member)
    {
        if (vectors.TryGetValue((scale, member), out var known)) return known;
        var segments = Scales.Length > 1 ? $"/lora_scale={scale}/{member}" : $"/{member}";
        var files = new Dictionary<string, string> { [StageRoles.Base] = experiment.Base };
        var needs = new Dictionary<string, StageNode>();
        if (member[0] == '@') needs[StageRoles.Adapter] = Merge(Referenced(member[1..]));
        else files[StageRoles.Adapter] = adapters[member];
        return vectors[(scale, member)] = Add(StageKinds.Vectors, segments, StageParameters.Write(new VectorsParameters(scale)), files, needs);
    }

    MergeVariant Referenced(string name) => variants.Single(v => v.Entry.Name == name);

    StageNode Merge(MergeVariant variant) => Merge(variant, sets[variant.Entry.Sets[0]]);

    StageNode Merge(MergeVariant variant, AdapterList set)
    {
        if (merges.TryGetValue((variant.Segments, set.Name), out var known)) return known;
        var needs = new Dictionary<string, StageNode>(set.Members.Count);
        for (var i = 0; i < set.Members.Count; i++) needs[StageRoles.ModelAt(i)] = Vectors(Scale(variant), set.Members[i]);
        var parameters = new MergeParameters(variant.Entry.Method, variant.Entry.Compat, Settings(variant, set), OutputOf(variant), experiment.Seed);
        return merges[(variant.Segments, set.Name)] = Add(
            StageKinds.Merge, $"/{variant.Segments}/{set.Name}", StageParameters.Write(parameters), new Dictionary<string, string> { [StageRoles.Base] = experiment.Base }, needs);
    }

    /// <summary>A recipe's models are read where they lie.</summary>
    StageNode Merge(RecipeMerge recipe)
    {
        if (merges.TryGetValue((recipe.Method, recipe.Name), out var known)) return known;
        var files = new Dictionary<string, string>();
        for (var i = 0; i < recipe.Paths.Count; i++) files[StageRoles.ModelAt(i)] = recipe.Paths[i];
        var parameters = new MergeParameters(recipe.Method, recipe.Compat, [], recipe.IsAdapter ? "adapter" : "dense", experiment.Seed, recipe.Text);
        return merges[(recipe.Method, recipe.Name)] = Add(StageKinds.Merge, $"/{recipe.Method}/{recipe.Name}", StageParameters.Write(parameters), files, NoNeeds);
    }

    static string OutputOf(MergeVariant variant) => MethodTable.Find(variant.Entry.Method)!.LowRank is null ? "dense" : "adapter";

    /// <summary>Values given by model's name become lists in the order of models.</summary>
    static JsonObject Settings(MergeVariant variant, AdapterList set)
    {
        var settings = variant.Settings.DeepClone().AsObject();
        foreach (var parameter in MethodTable.Find(variant.Entry.Method)!.Parameters.Where(p => p.PerModel))
        {
            var given = variant.Settings[parameter.Name];
            if (given is JsonObject or null && set.Members.All(m => given?[m] is null) && parameter.Default is null) continue;
            settings[parameter.Name] = new JsonArray([.. set.Members.Select(m =>
                (given is JsonObject byName ? byName[m] : given)?.DeepClone() ?? MergeGrid.Default(parameter, variant.Entry.Compat))]);
        }
        return settings;
    }

    void AddBaseline(string baseline)
    {
        if (baseline == "pretrained")
        {
            foreach (var task in EvaluatedTasks.Of(experiment)) AddEvaluation(baseline, baseline, NoVariant, "{}", EvaluateCell.PretrainedSet, 0, task, null, null);
            return;
        }
        foreach (var adapter in experiment.Adapters)
            foreach (var task in EvaluatedTasks.Of(experiment, [adapter.Name])) AddEvaluation(baseline, baseline, NoVariant, "{}", adapter.Name, 1, task, null, adapter.Path);
    }

    void AddEvaluations(MergeVariant variant, AdapterList set)
    {
        foreach (var task in EvaluatedTasks.Of(experiment, Own(set)))
            AddEvaluation(variant.Segments, variant.Entry.Method, variant.Varied, variant.VariedJson, set.Name, set.Members.Count, task, Merge(variant, set), null);
    }

    /// <summary>The adapters that a set's models are made of.</summary>
    HashSet<string> Own(AdapterList set) =>
        [.. set.Members.SelectMany(m => m[0] == '@' ? (IEnumerable<string>)Own(sets[Referenced(m[1..]).Entry.Sets[0]]) : [m])];

    void AddEvaluation(string segments, string method, JsonObject varied, string variedJson, string set, int models, string task, StageNode? merge, string? adapter)
    {
        var definition = tasks[task];
        var files = new Dictionary<string, string> { [StageRoles.Base] = experiment.Base, [StageRoles.Data] = definition.Data };
        if (adapter is not null) files[StageRoles.Adapter] = adapter;
        IReadOnlyDictionary<string, StageNode> needs = merge is null ? NoNeeds : new Dictionary<string, StageNode> { [StageRoles.Merge] = merge };
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var cell in published[(method, task)].Where(c => (c.Set is null || c.Set == set) && Fits(c, varied)).OrderBy(Precision)) values[cell.Metric] = cell.Value;
        var node = Add(StageKinds.Evaluate, $"/{segments}/{set}/{task}", taskParameters[task], files, needs);
        evaluated.Add((node, cells[node] = new EvaluateCell(
            experiment.Name, method, variedJson, set, models, task, definition.Split ?? EvaluateCell.EveryRow,
            figures[task], merge, values, values.Count > 0 ? experiment.Published!.Setup : null)));
    }

    /// <summary>A figure given for one set or variant comes before one given for all.</summary>
    static int Precision(PublishedCell cell) => cell.Parameters.Count + (cell.Set is null ? 0 : 1);

    static bool Fits(PublishedCell cell, JsonObject varied) =>
        cell.Parameters.All(p => varied[p.Key] is { } value && MergeVariant.ValueText(value) == MergeVariant.ValueText(p.Value!));

    static JsonObject Parameters(Experiment experiment, TaskDefinition task) => StageParameters.Write(new EvaluateParameters(
        task.Split, task.Limit, task.Limit is null ? null : experiment.Seed, task.Metrics, task.Prompt, task.Choose,
        task.Choose ? null : new GenerateSettings(task.MaxNewTokens), experiment.BatchSize));

    void AddReport()
    {
        var needs = new Dictionary<string, StageNode>(evaluated.Count + merges.Count);
        for (var i = 0; i < evaluated.Count; i++) needs[StageRoles.EvaluateAt(i)] = evaluated[i].Node;
        var mergeIndex = new Dictionary<StageNode, int>();
        foreach (var merge in merges.Values)
        {
            needs[StageRoles.MergeAt(mergeIndex.Count)] = merge;
            mergeIndex[merge] = mergeIndex.Count;
        }
        var rows = evaluated.Select(e => e.Cell).Select(c => new ReportCell(
            c.Method, c.Variant, c.SetName, c.Models, c.Task, c.Split, c.Metrics, c.Merge is null ? null : mergeIndex[c.Merge], c.Published));
        Add(StageKinds.Report, "", StageParameters.Write(new ReportParameters(
            experiment.Name, experiment.Title, experiment.Paper, experiment.Published, experiment.Tolerance, experiment.Tables, experiment.Figures, [.. rows])), new Dictionary<string, string>(), needs);
    }

    StageNode Add(string kind, string segments, JsonObject parameters, IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, StageNode> needs)
    {
        var node = new StageNode($"{experiment.Name}/{kind}{segments}", kind, parameters, files, needs);
        nodes.Add(node);
        return node;
    }
}
