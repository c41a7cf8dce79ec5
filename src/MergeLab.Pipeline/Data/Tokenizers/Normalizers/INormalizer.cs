using MergeLab.Data.Tokenizers.Text;

namespace MergeLab.Data.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is split. Stateless: one instance serves all threads.</summary>
interface INormalizer
{
    NormalizedText Normalize(NormalizedText text);
}

sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps) : INormalizer
{
    public NormalizedText Normalize(NormalizedText text) => steps.Aggregate(text, (t, step) => step.Normalize(t));
}
