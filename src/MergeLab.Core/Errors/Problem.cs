namespace MergeLab.Core.Errors;

/// <summary>One thing that went wrong, as a user is told it: what, where, why, and what to do.</summary>
public sealed record Problem(string What, Place? Where = null, string? Why = null, string? Remedy = null, ExitCode Exit = ExitCode.BadInput)
{
    /// <summary>Plain text of one to four lines, without a trailing line break.</summary>
    public override string ToString()
    {
        var lines = new List<string>(4) { What };
        if (Where is not null) lines.Add($"  at:  {Where}");
        if (Why is not null) lines.Add($"  why: {Why}");
        if (Remedy is not null) lines.Add($"  fix: {Remedy}");
        return string.Join('\n', lines);
    }
}
