using MergeLab.Cli.Commands;

return await CommandLine.RunAsync(args);
