using MergeLab.Core.Errors;
using MergeLab.Experiments;

namespace MergeLab.Pipeline.Tests.Experiments;

public class ExperimentReaderTests
{
    [Fact]
    public void Every_key_is_read()
    {
        var experiment = Samples.Read();
        Assert.Equal(("sample", "A sample", 17L, true, 8), (experiment.Name, experiment.Title, experiment.Seed, experiment.Slow, experiment.BatchSize));
        Assert.Equal(new PaperReference("On samples", "3"), experiment.Paper);
        Assert.Equal(new Place(Samples.File, 1, 7), experiment.Place);
        Assert.Equal("/lab/experiments/zoo/base", experiment.Base);
        Assert.Equal([("a", "/lab/experiments/zoo/lora/a"), ("b", "/lab/experiments/zoo/lora/b"), ("c", "/lab/experiments/zoo/lora/c")], experiment.Adapters.Select(a => (a.Name, a.Path)));
        Assert.Equal(["two: a b", "three: a b c"], experiment.Sets.Select(s => $"{s.Name}: {string.Join(' ', s.Members)}"));
        Assert.Equal(["geometric_median two three {\"granularity\":\"matrix\"}", "average two {}"],
            experiment.Merges.Select(m => $"{m.Method} {string.Join(' ', m.Sets)} {m.Parameters.ToJsonString()}"));
        Assert.Equal(["pretrained", "individual"], experiment.Baselines);
        Assert.Equal(["all"], experiment.Evaluate);
        Assert.Equal(new TableRequest("method", "set", "rouge1", "far"), Assert.Single(experiment.Tables));
        Assert.Equal(new FigureRequest("line", "models", "rouge1", "method"), Assert.Single(experiment.Figures));
    }

    [Fact]
    public void Tasks_have_their_rows_metrics_and_way_of_answering()
    {
        var tasks = Samples.Read().Tasks;
        Assert.Equal(["a", "b", "c", "far"], tasks.Select(t => t.Name));
        Assert.Equal(("/lab/experiments/zoo/a.jsonl", "test", 200, false, false), (tasks[0].Data, tasks[0].Split, tasks[0].Limit, tasks[0].HeldOut, tasks[0].Choose));
        Assert.Equal((null, null, true), (tasks[1].Split, tasks[1].Limit, tasks[1].Choose));
        Assert.Equal("say {input} :", tasks[2].Prompt);
        Assert.Equal((true, 24), (tasks[3].HeldOut, tasks[3].MaxNewTokens));
        Assert.Equal(["rouge1", "rouge2", "rougeL", "rougeLsum", "bleu"], tasks[2].Metrics.SelectMany(m => m.Figures));
        Assert.Equal("rouge", tasks[2].Metric);
        Assert.Equal(["2"], tasks[2].Metrics[1].Options["max_order"]);
        Assert.Equal(["13a"], tasks[2].Metrics[1].Options["tokenize"]);
    }

    [Fact]
    public void A_metrics_tolerance_holds_for_its_figures_unless_they_have_their_own()
    {
        var tolerance = Samples.Read().Tolerance;
        Assert.Equal(["default=0.01", "exact_match=0.005", "rouge1=0.03", "rouge2=0.02", "rougeL=0.02", "rougeLsum=0.02"],
            tolerance.Select(t => FormattableString.Invariant($"{t.Key}={t.Value}")));
    }

    [Fact]
    public void What_may_be_left_out_has_a_default()
    {
        var experiment = Samples.Read("name: least\nbase: base\nadapters: { a: a }\ntasks: { t: { data: t.csv, metric: accuracy } }\n");
        Assert.Equal((0L, false, 32), (experiment.Seed, experiment.Slow, experiment.BatchSize));
        Assert.Equal(["all"], experiment.Evaluate);
        Assert.Empty(experiment.Merges);
        Assert.Null(experiment.Published);
    }

    /// <summary>Each: what is replaced by what, what the message says, and the text at whose first letter it points.</summary>
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "seed: 17", "sede: 17", "unknown key 'sede' in an experiment|did you mean 'seed'?", "sede" },
        { "seed: 17", "seed: many", "'seed' must be a number from 0 to 9007199254740991, not 'many'", "many" },
        { "seed: 17", "seed: 1.5", "'seed' must be a whole number", "1.5" },
        { "seed: 17", "seed: -1", "'seed' must be a number from 0 to 9007199254740991, not '-1'", "-1" },
        { "name: sample", "title2: x", "unknown key 'title2'|did you mean 'title'?", "title2" },
        { "name: sample\n", "", "an experiment without 'name'", "title:" },
        { "name: sample", "name: a/b", "'name' cannot be 'a/b'", "a/b" },
        { "name: sample", "name: report", "an experiment cannot be named 'report'", "report" },
        { "slow: true", "slow: yes", "'slow' must be true or false", "yes" },
        { "base: ../zoo/base", "base: hf:google/flan-t5-xl@7d6315d", "lies on a model hub|download it and give its folder", "hf:" },
        { "a: ../zoo/lora/a", "a: https://example.org/a", "lies on the network", "https:" },
        { "base: ../zoo/base", "base: [x]", "'base' must be text, not a list", "[x]" },
        { "title: A sample", "title: A sample\nmodels: { m: m }", "'models' is not supported here|full fine-tunes", "models:" },
        { "  b: ../zoo/lora/b", "  a: ../zoo/lora/b", "duplicate key 'a'|line 7", "a: ../zoo/lora/b" },
        { "  b: ../zoo/lora/b", "  b*: ../zoo/lora/b", "adapter name cannot be 'b*'", "b*" },
        { "  two: [a, b]", "  two: [a, bb]", "unknown adapter 'bb'|did you mean 'b'?", "bb]" },
        { "  two: [a, b]", "  two: [a, a]", "'a' is listed twice in set 'two'|line 16", "a]" },
        { "  two: [a, b]", "  two: []", "set 'two' is empty", "[]" },
        { "  two: [a, b]", "  two: [a, \"@best\"]", "unknown merge 'best'|the experiment has no merge", "two: [" },
        { "limit: 200", "limit: 0", "'limit' must be a number from 1 to 10000000, not '0'", "0, metric" },
        { "limit: 200", "limt: 200", "unknown key 'limt' in task 'a'|did you mean 'limit'?", "limt" },
        { "metric: exact_match", "metric: exact_mach", "unknown metric 'exact_mach'|did you mean 'exact_match'?", "exact_mach" },
        { "max_order: 2", "max_odrer: 2", "unknown key 'max_odrer'|did you mean 'max_order'?", "max_odrer" },
        { "max_order: 2", "max_order: 0", "'max_order' must be a number from", "0 }]" },
        { "[rouge, { name: bleu, max_order: 2 }]", "[rouge, bleu, { name: bleu }]", "two metrics of one task give 'bleu'", "{ name: bleu" },
        { "[rouge, { name: bleu, max_order: 2 }]", "{ name: rouge, rouge_types: rouge11 }", "unknown ROUGE measure 'rouge11'", "{ name: rouge" },
        { "max_new_tokens: 24", "max_new_tokens: 5000", "'max_new_tokens' must be a number from 1 to 4096, not '5000'", "5000" },
        { "choose: true", "choose: true, generate: { max_new_tokens: 3 }", "both chooses and generates", "{ max_new_tokens: 3" },
        { "say {input} :", "say {text} :", "'prompt' cannot be 'say {text} :'|{input}", "\"say" },
        { "  far:", "  own:", "a task cannot be named 'own'", "own:" },
        { "method: average\n", "method: averge\n", "unknown method 'averge'|did you mean 'average'?", "averge" },
        { "sets: [two]", "sets: [tow]", "unknown set 'tow'|did you mean 'two'?", "tow" },
        { "granularity: matrix", "granularty: matrix", "unknown key 'granularty' in 'parameters'|did you mean 'granularity'?", "granularty" },
        { "granularity: matrix", "granularity: row", "unknown value 'row' of 'granularity'", "row }" },
        { "granularity: matrix", "granularity: [matrix, row]", "unknown value 'row'", "row]" },
        { "granularity: matrix", "granularity: [matrix, matrix]", "'matrix' is listed twice", "matrix] }" },
        { "granularity: matrix", "epsilon: 0.1", "'epsilon' has no use here|compat: paper", "epsilon" },
        { "granularity: matrix", "weight: { a: 1, d: 2 }", "unknown model 'd'", "d: 2" },
        { "granularity: matrix", "weight: { a: 0, b: 0 }", "every model of set 'two' has weight 0", "{ a: 0" },
        { "sets: [two]", "sets: [two]\n    compat: mergekit", "unknown compat mode 'mergekit'", "mergekit" },
        { "- method: average", "- method: core_space\n    compat: paper", "unknown key 'compat'", "compat" },
        { "- method: average", "- method: linear", "linear needs the parameter 'weight'", "method: linear" },
        { "    parameters: { granularity: matrix }", "    compat: papr", "unknown compat mode 'papr'|did you mean 'paper'?", "papr" },
        { "baselines: [pretrained, individual]", "baselines: [pretraned]", "unknown baseline 'pretraned'|did you mean 'pretrained'?", "pretraned" },
        { "tasks: all", "tasks: [a, farr]", "unknown task 'farr'|did you mean 'far'?", "farr" },
        { "tasks: all", "tasks: {}", "'tasks' must be text or a list", "{}," },
        { "held_out: true, ", "", "", "" },
        { "rows: method", "rows: methods", "unknown dimension 'methods'|did you mean 'method'?", "methods" },
        { "columns: set", "columns: method", "rows and columns are both 'method'", "{ rows" },
        { "y: rouge1", "y: rogue1", "unknown metric 'rogue1'|did you mean 'rouge1'?", "rogue1" },
        { "kind: line", "kind: pie", "unknown kind of figure 'pie'", "pie" },
        { "{ rouge: 0.02,", "{ rogue: 0.02,", "unknown metric 'rogue'|did you mean 'rouge'?", "rogue" },
        { "exact_match: 0.005", "exact_match: -1", "metric 'exact_match' must be a number from 0", "-1 }" },
        { "{ method: average, set: two", "{ method: ties, set: two", "unknown method 'ties'|geometric_median", "ties" },
        { "{ method: average, set: two", "{ method: average, set: three", "unknown set of average 'three'", "three, task" },
        { "task: far, metric: rouge1, value", "task: near, metric: rouge1, value", "unknown task 'near'", "near" },
        { "task: far, metric: rouge1, value", "task: far, metric: bleu, value", "unknown metric of far 'bleu'", "bleu, value" },
        { "value: 0.3 }", "value: 0.3 }\n    - { method: average, set: two, task: far, metric: rouge1, value: 0.4 }", "a figure is given twice|line 29", "{ method: average, set: two, task: far, metric: rouge1, value: 0.4" },
        { "  - method: average\n    sets: [two]", "  - method: geometric_median\n    sets: [two]", "the merge geometric_median of set 'two' is listed twice|line 19", "method: geometric_median\n    sets: [two]" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_line_and_column(string piece, string replacement, string messages, string at)
    {
        var text = Samples.With(piece, replacement);
        if (messages.Length == 0)
        {
            // The same text is right until something asks for a task that is held out.
            Assert.NotEmpty(Samples.Read(text).Tasks);
            (text, messages, at) = (text.Replace("tasks: all", "tasks: held_out", StringComparison.Ordinal), "no task is held out", "held_out");
        }
        var problem = Samples.Refused(text);
        Assert.All(messages.Split('|'), m => Assert.Contains(m, problem.ToString(), StringComparison.Ordinal));
        var before = text[..text.IndexOf(at, StringComparison.Ordinal)];
        Assert.Equal(new Place(Samples.File, before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n')), problem.Where);
        Assert.Equal(ExitCode.BadInput, problem.Exit);
    }

    [Fact]
    public void Own_tasks_are_refused_where_an_adapter_has_none()
    {
        var problem = Samples.Refused(Samples.With("tasks: all", "tasks: own").Replace("  c: { data", "  d: { data", StringComparison.Ordinal));
        Assert.Equal("adapter 'c' has no task of its own", problem.What);
    }

    [Fact]
    public void Merges_that_need_each_other_are_named_with_their_lines()
    {
        var text = Samples.With("two: [a, b]", "two: [a, \"@third\"]").Replace("three: [a, b, c]", "three: [b, { model: \"@first\" }]", StringComparison.Ordinal)
            .Replace("sets: [two, three]", "sets: [two]\n    name: first", StringComparison.Ordinal).Replace("sets: [two]\nbase", "sets: [three]\n    name: third\nbase", StringComparison.Ordinal)
            .Replace("published:", "published2:", StringComparison.Ordinal);
        text = text[..text.IndexOf("published2", StringComparison.Ordinal)];
        var problem = Samples.Refused(text);
        Assert.Equal("merges need each other", problem.What);
        Assert.Equal("@first (line 19) → @third (line 23) → @first (line 19)", problem.Why);
    }

    [Fact]
    public void A_reference_to_several_merges_is_refused()
    {
        var problem = Samples.Refused(Samples.With("three: [a, b, c]", "three: [c, \"@both\"]").Replace("sets: [two, three]", "sets: [two]\n    name: both", StringComparison.Ordinal)
            .Replace("granularity: matrix", "granularity: [matrix, module]", StringComparison.Ordinal).Replace("- method: average\n    sets: [two]", "- method: average\n    sets: [three]", StringComparison.Ordinal));
        Assert.Equal("'@both' stands for several merges", problem.What);
    }

    [Fact]
    public void A_grid_that_multiplies_beyond_reason_is_refused_at_once()
    {
        var values = string.Join(", ", Enumerable.Range(1, 5000));
        var problem = Samples.Refused(Samples.With("    parameters: { granularity: matrix }", $"    compat: paper\n    parameters: {{ granularity: [matrix, module], max_iterations: [{values}] }}")
            .Replace("two, three", "two", StringComparison.Ordinal).Replace("tasks: all", "tasks: far", StringComparison.Ordinal)
            .Replace("sets: [two]\n    compat", "sets: [two, three]\n    compat", StringComparison.Ordinal));
        Assert.StartsWith("the grid has more than", problem.What, StringComparison.Ordinal);
    }

    /// <summary>Whatever is broken about a file, people are told; nothing else is ever thrown.</summary>
    [Fact]
    public void A_damaged_file_is_read_or_refused()
    {
        var random = new Random(5);
        string[] pieces = ["null", "{}", "[]", "1", "\"\"", "@x", "a", "\n", "  ", ": ", "- ", "~", "{ model: \"@x\" }", "1e999", "*a", "&a "];
        var refused = 0;
        for (var round = 0; round < 1000; round++)
        {
            var text = Samples.Text;
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                // Whole values as often as characters: most damage to characters is found by the YAML parser already.
                var start = random.Next(text.Length);
                if (random.Next(2) == 0) start = Math.Max(0, text.LastIndexOf(": ", start, StringComparison.Ordinal) + 2);
                var end = random.Next(2) == 0 ? Math.Min(text.Length, start + random.Next(4)) : text.AsSpan(start).IndexOfAny(",}\n") is var stop and >= 0 ? start + stop : text.Length;
                text = string.Concat(text.AsSpan(0, start), pieces[random.Next(pieces.Length)], text.AsSpan(end));
            }
            try
            {
                MergeLab.Experiments.Graph.ExperimentGraph.Build(Samples.Read(text));
            }
            catch (ProblemException e)
            {
                refused++;
                Assert.Equal(Samples.File, e.Problem.Where?.File);
            }
        }
        Assert.InRange(refused, 300, 999);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal("/nowhere/x.yaml", Assert.Throws<ProblemException>(() => ExperimentReader.ReadFile("/nowhere/x.yaml")).Problem.Where!.File);
}
