using System.CommandLine;

namespace MergeLab.Cli.Verbs;

/// <summary>Options that name a model.</summary>
static class ModelOptions
{
    public static Option<string> Model() => new("--model") { Description = "A model folder: config.json and safetensors", HelpName = "DIR", Required = true };

    public static Option<string[]> Adapter() => new("--adapter") { Description = "An adapter folder; with several, their changes add", HelpName = "DIR", DefaultValueFactory = _ => [] };
}
