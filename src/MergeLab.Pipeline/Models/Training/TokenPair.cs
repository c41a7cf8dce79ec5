namespace MergeLab.Models.Training;

/// <summary>One example as the model reads it, both with the end token.</summary>
public readonly record struct TokenPair(int[] Input, int[] Target);
