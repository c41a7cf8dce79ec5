using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Core.Yaml;

namespace MergeLab.Experiments.Reading;

/// <summary>Names that may be used at some place of a file.</summary>
/// <param name="Noun">What they name: "adapter".</param>
/// <param name="Names">The names.</param>
sealed record Known(string Noun, IReadOnlyCollection<string> Names)
{
    /// <summary>The name a node holds.</summary>
    /// <exception cref="ProblemException">Nothing is named so.</exception>
    public string Name(YamlNode node) => Name(node.Text(), node.Place);

    public string Name(string name, Place place) => Names.Contains(name) ? name
        : throw new ProblemException($"unknown {Noun} '{name}'", place, Names.Count == 0 ? $"the experiment has no {Noun}" : null,
            Names.Count == 0 ? "remove it" : Suggestion.For(name, Names));
}
