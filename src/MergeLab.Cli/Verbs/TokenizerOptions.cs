using System.CommandLine;

namespace MergeLab.Cli.Verbs;

/// <summary>Options that <c>tokenize</c> and <c>detokenize</c> share.</summary>
static class TokenizerOptions
{
    public static Option<string> Tokenizer() => new("--tokenizer") { Description = "A tokenizer.json, or the model folder that holds one", HelpName = "DIR|FILE", Required = true };

    public static Option<string> Input(string description) => new("--input") { Description = description, HelpName = "F", Required = true };
}
