namespace MergeLab.Build;

/// <summary>
/// Help for the targets, made from their table. It is kept in build/help.txt, so that build.sh can print it on a machine
/// that has nothing yet; a test compares the two.
/// </summary>
public static class HelpText
{
    const int Column = 12;
    static readonly string Indent = new(' ', Column);

    public static string Of(IReadOnlyList<Target> table)
    {
        List<string> lines =
        [
            "./build.sh --target=NAME [--flag=value ...]     sets up what is missing, then the same as",
            "dotnet cake --target=NAME [--flag=value ...]",
            "",
            "Targets:",
        ];
        foreach (var target in table)
        {
            lines.Add($"  {target.Name.PadRight(Column - 2)}{target.Description}");
            var width = target.Flags.Select(f => f.ToString().Length).DefaultIfEmpty().Max();
            lines.AddRange(target.Flags.Select(f => $"{Indent}  {f.ToString().PadRight(width)}  {f.Description}"));
            if (target.Example is not null) lines.Add($"{Indent}  e.g. ./build.sh {target.Example}");
        }
        lines.AddRange(
        [
            "",
            "Of Cake itself: --tree, --dryrun, --description, --exclusive, --verbosity=quiet|minimal|normal|verbose|diagnostic",
            "",
            "Variables:",
            "  MERGELAB_NO_INSTALL=1   build.sh installs nothing, it only says what is missing",
            "  LIBTORCH                folder of a libtorch to use instead of the system's",
            "  LIBDUCKDB               a DuckDB library to use instead of the restored one",
            "",
            "Exit codes: 0 done, 1 a check or test failed, 2 wrong input, 3 the machine lacks something, 130 interrupted",
            "",
        ]);
        return string.Join('\n', lines);
    }
}
