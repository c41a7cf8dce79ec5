using MergeLab.Core.Errors;
using MergeLab.Core.Json;
using MergeLab.Core.Text;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>The kinds of adapters that are read.</summary>
public enum AdapterKind
{
    Lora,
    Ia3,
}

/// <summary>Ways of starting LoRA training that PEFT repeats when it loads, changing the base weights.</summary>
public enum BaseInitialisation
{
    None,

    /// <summary>The first r directions of a QR decomposition leave the base (Büyükakyüz 2024).</summary>
    Olora,

    /// <summary>The first r singular directions leave the base (Meng et al. 2024).</summary>
    Pissa,
}

/// <summary><c>adapter_config.json</c> of PEFT: what scales and names mean.</summary>
public sealed class AdapterConfig
{
    public const string FileName = "adapter_config.json";

    const int HighestRank = 1 << 16;
    const double LargestAlpha = 1e9;

    /// <summary>Keys that change what an adapter computes in ways that are not implemented here; harmless while null, false or empty.</summary>
    static readonly string[] Unsupported =
    [
        "use_qalora", "use_bdlora", "layer_replication", "target_parameters", "alora_invocation_tokens", "arrow_config", "kasa_config", "monteclora_config", "velora_config",
        "lora_ga_config", "corda_config", "loftq_config",
    ];

    static readonly HashSet<string> Known =
    [
        .. Unsupported, "alpha_pattern", "auto_mapping", "base_model_name_or_path", "bias", "ensure_weight_tying", "eva_config", "exclude_modules", "fan_in_fan_out",
        "feedforward_modules", "inference_mode", "init_ia3_weights", "init_lora_weights", "layers_pattern", "layers_to_transform", "lora_alpha", "lora_bias", "lora_dropout",
        "megatron_config", "megatron_core", "modules_to_save", "peft_type", "peft_version", "qalora_group_size", "r", "rank_pattern", "revision", "runtime_config",
        "target_modules", "task_type", "trainable_token_indices", "use_dora", "use_rslora",
    ];

    readonly ModelConfig config;
    readonly ModulePattern? targets;
    readonly ModulePattern? excluded;
    readonly ModulePattern? feedForward;
    readonly IReadOnlyList<int> layers;
    readonly IReadOnlyList<ModulePattern> layerPatterns;
    readonly List<(ModulePattern Pattern, int Rank)> ranks = [];
    readonly List<(ModulePattern Pattern, double Alpha)> alphas = [];

    AdapterConfig(ModelConfig config)
    {
        this.config = config;
        Kind = ReadKind();
        RefuseUnsupported();
        BaseModel = config.GetText("base_model_name_or_path", null);
        TaskType = config.GetText("task_type", null);
        FanInFanOut = config.GetBool("fan_in_fan_out", false);
        targets = Modules("target_modules");
        excluded = Modules("exclude_modules");
        layers = config.GetInts("layers_to_transform", 0, int.MaxValue);
        var named = config.GetTexts("layers_pattern").Where(p => p.Length > 0).ToList();
        layerPatterns = named.Count == 0
            ? [ModulePattern.Layer(null, "layers_pattern", config.PlaceOf("layers_to_transform"))]
            : [.. named.Select(p => ModulePattern.Layer(p, "layers_pattern", config.PlaceOf("layers_pattern")))];
        ModulesToSave = config.GetTexts("modules_to_save");
        Warnings = [.. config.Keys.Where(k => !Known.Contains(k)).Select(k => $"{config.File}: the key '{k}' is not known and ignored, as PEFT does")];
        if (Kind == AdapterKind.Ia3)
        {
            feedForward = Modules("feedforward_modules");
            return;
        }
        Rank = config.GetInt("r", 1, HighestRank, 8);
        Alpha = config.GetNumber("lora_alpha", -LargestAlpha, LargestAlpha, 8);
        RankStabilised = config.GetBool("use_rslora", false);
        Dora = config.GetBool("use_dora", false);
        LoraBias = config.GetBool("lora_bias", false);
        Bias = config.GetChoice("bias", "none", "none", "all", "lora_only");
        Initialisation = ReadInitialisation();
        if (config.GetSection("rank_pattern") is { } rankPattern)
            foreach (var key in rankPattern.Keys) ranks.Add((ModulePattern.Tail(key, "rank_pattern", rankPattern.PlaceOf(key)), rankPattern.GetInt(key, 1, HighestRank)));
        if (config.GetSection("alpha_pattern") is { } alphaPattern)
            foreach (var key in alphaPattern.Keys) alphas.Add((ModulePattern.Tail(key, "alpha_pattern", alphaPattern.PlaceOf(key)), alphaPattern.GetNumber(key, -LargestAlpha, LargestAlpha)));
        TokenRows = ReadTokenRows();
    }

    public string File => config.File;

    public AdapterKind Kind { get; }

    /// <summary>The base the adapter says it was trained on: a hub name or a path of the trainer's machine.</summary>
    public string? BaseModel { get; }

    /// <summary>SEQ_2_SEQ_LM, CAUSAL_LM, …; PEFT chooses the class of the adapted model by it.</summary>
    public string? TaskType { get; }

    /// <summary>r where no pattern says otherwise.</summary>
    public int Rank { get; }

    /// <summary>The largest rank that the config names, in r or in a pattern.</summary>
    public int MaxRank => ranks.Select(r => r.Rank).Append(Rank).Max();

    /// <summary>lora_alpha where no pattern says otherwise.</summary>
    public double Alpha { get; }

    /// <summary>Scale alpha/√r instead of alpha/r (Kalajdzievski 2023).</summary>
    public bool RankStabilised { get; }

    /// <summary>Weights are split into magnitude and direction (Liu et al. 2024).</summary>
    public bool Dora { get; }

    public bool LoraBias { get; }

    public string Bias { get; } = "none";

    public bool FanInFanOut { get; }

    public BaseInitialisation Initialisation { get; }

    public IReadOnlyList<string> ModulesToSave { get; }

    /// <summary>Retrained rows of embeddings: module name or suffix, and the row numbers.</summary>
    public IReadOnlyList<(string Module, IReadOnlyList<int> Rows)> TokenRows { get; } = [];

    /// <summary>What was ignored.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <exception cref="ProblemException">Missing, not JSON, values out of range, an unknown kind of adapter, or one whose arithmetic is not implemented.</exception>
    public static AdapterConfig Read(string file) => new(ModelConfig.Read(file));

    /// <summary>The module's r: the first key of <c>rank_pattern</c>, in the order of the file, that matches, else <c>r</c>.</summary>
    public int RankOf(string path)
    {
        foreach (var (pattern, rank) in ranks)
            if (pattern.Matches(path)) return rank;
        return Rank;
    }

    /// <summary>The module's alpha, found as <see cref="RankOf"/>.</summary>
    public double AlphaOf(string path)
    {
        foreach (var (pattern, alpha) in alphas)
            if (pattern.Matches(path)) return alpha;
        return Alpha;
    }

    /// <summary>What the product B·A is multiplied by.</summary>
    public double ScaleOf(string path) => AlphaOf(path) / (RankStabilised ? Math.Sqrt(RankOf(path)) : RankOf(path));

    /// <summary>Whether the config names the modules it targets.</summary>
    public bool HasTargets => config.Root.Find("target_modules") is { Kind: JsonKind.Text } or { Kind: JsonKind.List, IsEmpty: false };

    /// <summary>Whether the config means the adapter to sit on this module. True where the config does not say.</summary>
    public bool Targets(string path)
    {
        if (excluded is not null && excluded.Matches(path)) return false;
        if (targets is null) return true;
        if (!targets.Matches(path)) return false;
        if (layers.Count == 0) return true;
        var layer = layerPatterns.Select(p => p.LayerOf(path)).FirstOrDefault(l => l is not null);
        return layer is { } number && layers.Contains(number);
    }

    /// <summary>IA3: the module's input is scaled, not its output.</summary>
    public bool IsFeedForward(string path) => feedForward is not null && feedForward.MatchesAnySuffix(path);

    /// <summary>The place of a key, for problems.</summary>
    public Place PlaceOf(string key) => config.PlaceOf(key);

    AdapterKind ReadKind()
    {
        var type = config.GetText("peft_type");
        return type switch
        {
            "LORA" => AdapterKind.Lora,
            "IA3" => AdapterKind.Ia3,
            _ => throw new ProblemException($"adapters of type '{type}' are not read", config.PlaceOf("peft_type"), remedy: Suggestion.For(type, ["LORA", "IA3"])),
        };
    }

    void RefuseUnsupported()
    {
        foreach (var key in Unsupported)
        {
            if (config.Root.Find(key) is not { } value || value is { Kind: JsonKind.List or JsonKind.Map, IsEmpty: true } || (value.Kind == JsonKind.Bool && !value.AsBool())) continue;
            throw new ProblemException($"adapters with '{key}' cannot be merged here", config.PlaceOf(key), "what it computes is not implemented", "merge it with PEFT and give the merged model");
        }
    }

    BaseInitialisation ReadInitialisation()
    {
        if (config.Root.Find("init_lora_weights") is not { IsString: true } value) return BaseInitialisation.None;
        var start = value.AsString();
        return start switch
        {
            // These only choose what training starts from; the base stays as it is.
            "gaussian" or "eva" or "orthogonal" => BaseInitialisation.None,
            "olora" => BaseInitialisation.Olora,
            "pissa" => BaseInitialisation.Pissa,
            _ => throw new ProblemException($"adapters with init_lora_weights '{start}' cannot be merged here", value.Place,
                "PEFT changes the base weights when it loads such an adapter, in a way that is not implemented",
                "convert it with PEFT: save_pretrained(folder, path_initial_model_for_weight_conversion=…)"),
        };
    }

    ModulePattern? Modules(string key)
    {
        if (!config.Has(key)) return null;
        var place = config.PlaceOf(key);
        if (config.Root.Find(key) is { IsString: true })
            return config.GetText(key) is var text && text == "all-linear" ? null : ModulePattern.Whole(text, key, place);
        var names = config.GetTexts(key);
        return names.Count == 0 ? null : ModulePattern.OfNames(names, key, place);
    }

    List<(string, IReadOnlyList<int>)> ReadTokenRows()
    {
        const string key = "trainable_token_indices";
        if (!config.Has(key)) return [];
        if (config.Root.Find(key) is { IsArray: true }) return [("embed_tokens", config.GetInts(key, 0, int.MaxValue))];
        var section = config.GetSection(key)!;
        return [.. section.Keys.Select(k => (k, section.GetInts(k, 0, int.MaxValue)))];
    }
}
