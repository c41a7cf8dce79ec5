namespace MergeLab.Merging.Output;

/// <summary>The model and layer that a layer of the result follows: the first source of its slice.</summary>
/// <param name="ConfigFile">The model's <c>config.json</c>.</param>
/// <param name="Layer">From 0.</param>
public sealed record ConfigLayer(string ConfigFile, int Layer);
