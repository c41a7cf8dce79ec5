using System.Globalization;
using System.Text;

namespace MergeLab.Merging.Methods;

/// <summary>The documentation page of all methods, written from the table that drives them.</summary>
public static class MethodsPage
{
    public static string Write(IEnumerable<Method> methods)
    {
        var page = new StringBuilder();
        page.Append("# Merging methods\n\nWritten from the method table by a test; change the table, not this page.\n");
        foreach (var method in methods)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## `{method.Name}`\n\n{method.Title}.");
            page.Append(method.Source == "-" ? "\n" : $" Source: {method.Source}.\n");
            if (method.Compat.Count > 0) page.Append(CultureInfo.InvariantCulture, $"Published behaviour on request: {string.Join(", ", method.Compat.Select(c => $"`compat: {c}`"))}.\n");
            page.Append("\n| parameter | default | meaning |\n|---|---|---|\n");
            foreach (var parameter in method.Parameters) page.Append(CultureInfo.InvariantCulture, $"| `{parameter.Name}`{Where(parameter)} | {Default(parameter)} | {parameter.Meaning} |\n");
        }
        return page.ToString();
    }

    static string Default(MethodParameter parameter) =>
        (parameter.Default ?? (parameter.Optional ? "not set" : "required")) + (parameter.PaperDefault is { } paper ? $"; {paper} with `compat: paper`" : "");

    static string Where(MethodParameter parameter) =>
        (parameter.PerModel ? ", for each model" : "") + (parameter.OnlyWith is { } mode ? $", with `compat: {mode}`" : "");
}
