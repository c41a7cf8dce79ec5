using System.Text.RegularExpressions;

namespace MergeLab.Checkpoints.Adapters;

/// <summary>
/// Finds a module's tensors in a checkpoint whose tensor names are not the module names: transformers 5 renamed the modules of ViT and
/// kept the tensor names of old checkpoints, and models come with and without the prefix of their class.
/// </summary>
static partial class BaseNames
{
    static readonly string[] Prefixes = ["model.", "transformer.", "roberta.", "bert.", "vit.", "vision_model.", "text_model."];

    static readonly (string Now, string Stored)[] VitModules =
    [
        ("attention.q_proj", "attention.attention.query"),
        ("attention.k_proj", "attention.attention.key"),
        ("attention.v_proj", "attention.attention.value"),
        ("attention.o_proj", "attention.output.dense"),
        ("mlp.fc1", "intermediate.dense"),
        ("mlp.fc2", "output.dense"),
    ];

    /// <summary>The tensor's name in the checkpoint, or null.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="name">Module path and parameter, such as <c>vit.layers.0.mlp.fc1.weight</c>.</param>
    public static string? Find(WeightSource model, string name)
    {
        if (model.Find(name) is not null) return name;
        var vit = Vit(name);
        if (model.Find(vit) is not null) return vit;
        foreach (var prefix in Prefixes)
        {
            foreach (var form in (ReadOnlySpan<string>)[name, vit])
            {
                var other = form.StartsWith(prefix, StringComparison.Ordinal) ? form[prefix.Length..] : prefix + form;
                if (model.Find(other) is not null) return other;
            }
        }
        return null;
    }

    static string Vit(string name)
    {
        if (VitLayer().Match(name) is not { Success: true } match) return name;
        var rest = match.Groups["rest"].Value;
        foreach (var (now, stored) in VitModules)
            if (rest.StartsWith(now + '.', StringComparison.Ordinal)) rest = stored + rest[now.Length..];
        return $"{match.Groups["head"].Value}encoder.layer.{match.Groups["layer"].Value}.{rest}";
    }

    [GeneratedRegex(@"\A(?<head>(vit\.)?)layers\.(?<layer>\d+)\.(?<rest>.+)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex VitLayer();
}
