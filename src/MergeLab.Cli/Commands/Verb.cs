using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MergeLab.Core.Errors;

namespace MergeLab.Cli.Commands;

/// <summary>One verb of the program: a command with an example for its help, and an action whose failures become one printed problem.</summary>
sealed class Verb : Command
{
    public Verb(string name, string description, string example, Func<Invocation, ExitCode> run) : base(name, description)
    {
        Example = example;
        // On a thread of its own: the library listens for Ctrl-C only once the action has handed back its task.
        SetAction((parse, cancellation) => Task.Run(() => (int)Guard.Run(new Invocation(parse, cancellation), run), CancellationToken.None));
    }

    public string Example { get; }
}

/// <summary>The library's help, followed by the verb's example.</summary>
sealed class HelpWithExample(HelpAction inner) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var exit = inner.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
            parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {verb.Example}\n");
        return exit;
    }
}
