using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using MergeLab.Cli.Verbs;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Cli.Commands;

/// <summary>The whole command line: global options, verbs, help, version, and how mistakes in it are reported.</summary>
static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var root = Root();
        var parse = root.Parse(args);
        // Help and version are answered also where required options are missing, but not for a verb there is not.
        if (parse.UnmatchedTokens.Count > 0 || (parse.Errors.Count > 0 && parse.Action is not (HelpWithExample or VersionAction))) return (int)Refuse(parse);
        var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) };
        return await parse.InvokeAsync(settings);
    }

    static RootCommand Root()
    {
        var root = new RootCommand("MergeLab merges fine-tuned models and adapters, and remembers how.");
        foreach (var option in GlobalOptions.All) root.Options.Add(option);
        foreach (var verb in VerbTable.All) root.Subcommands.Add(verb);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help }) option.Action = new HelpWithExample(help);
            else if (option is VersionOption) option.Action = new VersionAction();
        }
        return root;
    }

    /// <summary>One message for a command line that does not parse, with the nearest known verb or flag.</summary>
    static ExitCode Refuse(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var odd = parse.UnmatchedTokens.Count > 0 ? parse.UnmatchedTokens[0] : null;
        Problem problem;
        if (odd is null && command is RootCommand && !parse.Errors.Any(e => OptionOf(e) is not null))
        {
            problem = new Problem("no verb given", Remedy: "mergelab --help lists them");
        }
        else if (odd is not null && odd.StartsWith('-'))
        {
            string[] flags = [.. command.Options.Concat(GlobalOptions.All).Select(o => o.Name).Distinct()];
            problem = new Problem($"unknown option {odd}", Remedy: Suggestion.For(odd.Split('=')[0], flags));
        }
        else if (odd is not null && command.Subcommands.Count > 0)
        {
            problem = new Problem($"unknown verb '{odd}'", Remedy: Suggestion.For(odd, [.. command.Subcommands.Select(c => c.Name)]));
        }
        else
        {
            problem = new Problem(Message(parse), Remedy: $"{Path(command)} --help");
        }
        parse.InvocationConfiguration.Error.WriteLine($"error: {problem}");
        return problem.Exit;
    }

    /// <summary>The library's first message, in the words of the command line where its own speak of .NET types or name no argument.</summary>
    static string Message(ParseResult parse)
    {
        var error = parse.Errors[0];
        if (OptionOf(error) is { } option)
        {
            var type = Nullable.GetUnderlyingType(option.Option.ValueType) ?? option.Option.ValueType;
            return option.Tokens is [.., var last] && NumberKind(type) is { } kind ? $"{option.Option.Name} {last.Value}: not a {kind}" : error.Message;
        }
        var missing = parse.CommandResult.Command.Arguments.FirstOrDefault(a => parse.GetResult(a) is not { Tokens.Count: > 0 });
        return missing is not null && parse.UnmatchedTokens.Count == 0 ? $"{missing.Name.ToUpperInvariant()} is missing: {missing.Description}" : error.Message;
    }

    static OptionResult? OptionOf(ParseError error) => error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;

    static string? NumberKind(Type type) => type == typeof(int) || type == typeof(long) ? "whole number" : type == typeof(double) ? "number" : null;

    /// <summary>The words one types to reach a command: <c>mergelab zoo world</c>.</summary>
    static string Path(Symbol command) => command.Parents.FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "mergelab";
}
