namespace MergeLab.Data.World;

/// <summary>The numbers are part of the random key: never renumber.</summary>
public enum Split
{
    Train = 0,
    Validation = 1,
    Test = 2,
}

/// <summary>One row of a task, as text of words separated by single spaces.</summary>
/// <param name="Input">Instruction and text.</param>
/// <param name="Target">The right answer.</param>
/// <param name="Level">How hard the row is meant to be; 1 is the easiest of its task; 0 for rows without the fault or difference that makes a level.</param>
/// <param name="Choices">For decision tasks all answers, in a fixed order.</param>
/// <param name="Label">Place of <paramref name="Target"/> in <paramref name="Choices"/>, else −1.</param>
public sealed record Example(string Input, string Target, int Level = 1, IReadOnlyList<string>? Choices = null, int Label = -1);

/// <summary>
/// What a task draws before an instruction is put around it. <paramref name="Slots"/> fill the named holes of a wording.
/// </summary>
/// <param name="Slots">Name and value of each hole.</param>
/// <param name="Targets">The answer in each of the task's styles; the first is the task's own.</param>
/// <param name="Level">See <see cref="Example.Level"/>.</param>
/// <param name="Choices">See <see cref="Example.Choices"/>.</param>
public sealed record Draft(IReadOnlyList<(string Name, string Value)> Slots, IReadOnlyList<string> Targets, int Level, IReadOnlyList<string>? Choices = null)
{
    /// <summary>What decides the split: the text where there is one, so that no tested text is trained on with another question either.</summary>
    public string Key => Slots.FirstOrDefault(s => s.Name == "text").Value ?? string.Join(" | ", Slots.Select(s => s.Value));
}
