namespace MergeLab.Build;

/// <summary>An argument of a target.</summary>
/// <param name="Name">Its name, without the two dashes.</param>
/// <param name="Description">What it does, for help.</param>
/// <param name="Value">What to write after "=", or null for a switch.</param>
/// <param name="IsPath">Whether the value is a path, taken from the folder the user stands in.</param>
/// <param name="IsRequired">Whether the target cannot do without it.</param>
public sealed record Flag(string Name, string Description, string? Value = null, bool IsPath = false, bool IsRequired = false)
{
    public override string ToString() => Value is null ? $"--{Name}" : $"--{Name}={Value}";
}
