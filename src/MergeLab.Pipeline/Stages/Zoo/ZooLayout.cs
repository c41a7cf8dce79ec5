namespace MergeLab.Stages.Zoo;

/// <summary>Where things lie in a folder of the zoo.</summary>
/// <param name="Root">The folder, such as <c>experiments/zoo</c>.</param>
public sealed record ZooLayout(string Root)
{
    public const string BaseName = "t5-micro", AdaptersName = "t5-micro-lora", RecordName = "training.json";

    public string Base => Path.Combine(Root, BaseName);

    public string Adapters => Path.Combine(Root, AdaptersName);

    public string Adapter(string task) => Path.Combine(Adapters, task);

    /// <summary>Checkpoints of trainings under way.</summary>
    public string Checkpoint(string name) => Path.Combine(Root, "checkpoints", name + ".safetensors");

    /// <summary>What an adapter's config calls its base: the way from the adapter's folder.</summary>
    public static string BaseFromAdapter => $"../../{BaseName}";
}
